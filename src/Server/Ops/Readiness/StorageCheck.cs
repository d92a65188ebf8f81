using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Ops;

/// <summary>Where rooms are kept answers a look-up of a room that does not exist.</summary>
internal sealed class StorageCheck(IServiceProvider services) : IReadinessCheck
{
    private const string Nobody = "rm_00000000000000000000000000";

    public string Name => "storage";

    public async Task<CheckResult> CheckAsync(CancellationToken stop)
    {
        if (services.GetService<IRoomStore>() is not { } store)
            return CheckResult.Ok("in memory");
        try
        {
            await store.FindRoomAsync(Nobody, stop);
            return CheckResult.Ok("answers");
        }
        catch (StoreUnavailableException)
        {
            return CheckResult.Failed("does not answer; calls go on");
        }
    }
}
