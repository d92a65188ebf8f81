namespace Sylk.Conference.Rooms;

/// <summary>Calls out of the room.</summary>
internal sealed partial class RoomGrain
{
    /// <summary>Whoever proved who they are pays by that; of others it is known where they come from.</summary>
    private string PayerOf(DialRequest request) => !_state.Seats.TryGetValue(request.Call.By ?? "", out var seat) ? request.Payer
        : seat.Proved ? $"user:{seat.Identity}" : $"from:{seat.Source ?? seat.Identity}";

    public async Task<Refusal?> Dial(DialRequest request)
    {
        var decision = Decide(new BeginCall(request));
        if (decision.Refusal is { } refusal)
            return refusal;
        if (await GrainFactory.GetGrain<IDialBudgetGrain>(PayerOf(request)).Take(request.PerHour) is > 0 and var wait)
            return new(ErrorCodes.RateLimited, $"At most {request.PerHour} calls in an hour.", wait);
        Subscribe(request.Node, request.Feed);
        // The room may have taken another call while the payer's grain was asked.
        decision = Decide(new BeginCall(request));
        return decision.Refusal ?? await CarryOut(decision.Events);
    }
}
