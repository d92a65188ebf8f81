using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>What a room's router borrows from its shard.</summary>
internal sealed record RoomContext(
    EgressPipeline Egress, ShardCounters Counters, IMediaListener Listener, DeadlineQueue Deadlines, NtpClock Clock)
{
    /// <summary>Peers with slots whose content changed this turn.</summary>
    public required ChangedViewers Changed { get; init; }

    public required ForwardTimes Forwarding { get; init; }

    /// <summary>Takes a removed peer's addresses and keys away.</summary>
    public required Action<Instant, Peer> Release { get; init; }
}

/// <summary>The shard's wall clock as RTCP wants it: NTP time that runs with the monotonic clock, so it never jumps.</summary>
internal sealed class NtpClock(DateTimeOffset startedAt, Instant startInstant)
{
    private readonly long _startUnixMicroseconds = startedAt.ToUnixTimeMilliseconds() * 1000;

    public ulong NtpAt(Instant now) =>
        Protocols.Rtcp.NtpTime.FromUnixMicroseconds(_startUnixMicroseconds + ((now.Nanoseconds - startInstant.Nanoseconds) / 1000));
}

/// <summary>Viewers to be told about their slots at the end of this turn, each once.</summary>
internal sealed class ChangedViewers
{
    private readonly HashSet<Peer> _peers = [];

    public void Add(Peer peer) => _peers.Add(peer);

    public void Remove(Peer peer) => _peers.Remove(peer);

    public void Flush()
    {
        if (_peers.Count == 0)
            return;
        foreach (var peer in _peers)
            peer.Room.SlotSignals.Send(peer);
        _peers.Clear();
    }
}
