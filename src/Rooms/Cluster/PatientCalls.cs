namespace Sylk.Conference.Rooms;

/// <summary>
/// Calls to a room whose silo has just died fail until the room is up elsewhere. They were not carried out, so they are made again,
/// and nobody who gave an order hears of it (F-05).
/// </summary>
internal sealed class PatientCalls(RoomClock clock) : IOutgoingGrainCallFilter
{
    private const int Tries = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        for (var attempt = 1; ; attempt++)
        {
            var problem = await TryAsync(context).ConfigureAwait(false);
            if (problem is null || attempt == Tries || context.Grain is not IRoomGrain || !WasNotCarriedOut(problem))
                return;
            await Task.Delay(Pause, clock.Time).ConfigureAwait(false);
        }
    }

    private static async Task<Exception?> TryAsync(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke().ConfigureAwait(false);
            return context.Response?.Exception;
        }
        catch (OrleansException problem) when (WasNotCarriedOut(problem))
        {
            context.Response = Orleans.Serialization.Invocation.Response.FromException(problem);
            return problem;
        }
    }

    private static bool WasNotCarriedOut(Exception problem) => problem is SiloUnavailableException or OrleansMessageRejectionException;
}
