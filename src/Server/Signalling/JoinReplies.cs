using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What somebody is told on coming in, or on being asked to wait (product §7.3 <c>JoinResult</c>).</summary>
internal sealed class JoinReplies(SylkOptions options, RoomClock clock, ServerMeter meter)
{
    public const int Protocol = 1;

    private const int MaxSlots = 58;
    private static readonly int ResumeWindowMs = (int)RoomsSettings.ResumeWindow.TotalMilliseconds;

    public ServerMeter Meter => meter;

    public JoinResult Joined(JoinOutcome outcome, string key, WireAnswer? answer)
    {
        var snapshot = outcome.Snapshot!;
        return new(
            "joined", outcome.SessionId, key, ResumeWindowMs, outcome.Self!, WireRoom.From(snapshot),
            snapshot.Participants, snapshot.Tracks, WireChat.From(snapshot, outcome.Self!.Id), WireFile.Of(snapshot, outcome.Self.Id), snapshot.Waiting, snapshot.Spotlight,
            options.Media.StunServers.Length == 0 ? [] : [new { Urls = options.Media.StunServers }],
            new { SendBitrateBps = snapshot.Room.MaxBitrateBps, MaxSlots }, answer, clock.Now, Protocol, outcome.Ticket?.Epoch);
    }

    /// <summary>Nothing of what goes on inside.</summary>
    public object Waiting(JoinOutcome outcome, string room, string key) => new
    {
        Status = "waiting",
        outcome.SessionId,
        ResumeKey = key,
        ResumeWindowMs,
        outcome.Self,
        Room = new { Name = room },
        Participants = Array.Empty<object>(),
        Tracks = Array.Empty<object>(),
        ServerTime = clock.Now,
        Protocol,
    };
}
