using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Numbers from the client and for the client (product §7.3 <c>ReportStats</c>; <c>ReadStats</c>).</summary>
internal sealed class StatisticsCalls(RoomDoor door)
{
    private const int MaxSlots = 64;
    private const int MaxMid = 32;
    private const int MaxPair = 128;
    private const double MaxFreezes = 1e6;

    /// <summary>Clients report every 10 s; what comes within half of that moves nothing.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(5);

    public async Task<Reply> ReportAsync(ClientConnection connection, Membership member, StatsBody body)
    {
        if (Problem(body) is { } problem)
            return Reply.Refused(ErrorCodes.ValidationFailed, problem);
        var now = door.Clock.Now;
        if (now - connection.ReportedAt < Soonest)
            return Reply.Done;
        connection.ReportedAt = now;
        var report = new ClientReport(
            body.CpuLimited, body.BandwidthLimited, [.. (body.Slots ?? []).Select(slot => new ClientSlotReport(slot!.Mid!, (int)slot.Freezes))]);
        var (home, epoch, refusal) = await HomeAsync(member);
        if (home is null)
            return Reply.Refused(refusal!);
        // Who has no connection yet has nothing to say about it; that is no mistake of theirs.
        return await home.ReportAsync(member.Room, epoch, member.ParticipantId, report) is { Code: not MediaErrorCode.PeerUnknown } error
            ? Reply.Refused(error.ToRefusal())
            : Reply.Done;
    }

    /// <summary>What the server knows of the caller's media, and of how those arrive here whom the caller sees and hears.</summary>
    public async Task<Reply> ReadAsync(Membership member)
    {
        var (home, _, refusal) = await HomeAsync(member);
        if (home is null)
            return Reply.Refused(refusal!);
        var sheet = await home.StatisticsAsync(member.Room, member.ParticipantId) ?? new PeerStatistics([], []);
        return Reply.With(new { Lines = sheet.Lines.Select(Line).ToArray(), Quality = sheet.Scores.Select(RoomEvents.Quality).ToArray() });
    }

    private async Task<(IMediaNode? Home, long Epoch, Refusal? Refusal)> HomeAsync(Membership member)
    {
        var permit = await door.Room(member.Room).Permit(member.ParticipantId, []);
        if (permit.Refusal is { } refusal)
            return (null, 0, refusal);
        return door.HomeOf(permit.Ticket) is { } home
            ? (home, permit.Ticket!.Epoch, null)
            : (null, 0, new Refusal(ErrorCodes.NegotiationStale, "The room's media has moved."));
    }

    private static string? Problem(StatsBody body)
    {
        if (body.Slots is { Length: > MaxSlots })
            return $"slots: at most {MaxSlots}.";
        if (body.CandidatePair is { Length: > MaxPair })
            return $"candidatePair: at most {MaxPair} characters.";
        if (!IsShare(body.LossPercent) || !IsAmount(body.RttMs) || !IsAmount(body.JitterMs) || !IsAmount(body.AvailableOutgoingBps) || !IsCount(body.Freezes))
            return "rttMs, lossPercent, jitterMs, availableOutgoingBps, freezes: numbers from 0, lossPercent to 100.";
        return Array.Exists(body.Slots ?? [], slot => slot is not { Mid.Length: > 0 and <= MaxMid }
            || !IsShare(slot.LossPercent) || !IsAmount(slot.JitterMs) || !IsAmount(slot.BitrateBps) || !IsCount(slot.Freezes))
            ? $"slots: each has a mid of at most {MaxMid} characters and numbers from 0."
            : null;
    }

    private static bool IsAmount(double? value) => value is null or (>= 0 and <= 1e12);

    private static bool IsShare(double? value) => value is null or (>= 0 and <= 100);

    private static bool IsCount(double value) => value is >= 0 and <= MaxFreezes;

    private static object Line(LineStatistics line) => new
    {
        ParticipantId = line.PeerId,
        Direction = line.Direction == FlowDirection.Receive ? "up" : "down",
        line.Kind,
        line.Source,
        line.TrackId,
        line.Mid,
        line.LossPercent,
        line.JitterMs,
        RttMs = line.RoundTripMs,
        line.BitrateBps,
        line.Layer,
        line.Layers,
        line.Freezes,
        line.Repaired,
        line.Redundant,
    };
}
