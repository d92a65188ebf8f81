using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>What a room's router borrows from its shard.</summary>
internal sealed record RoomContext(
    EgressPipeline Egress, ShardCounters Counters, IMediaListener Listener, DeadlineQueue Deadlines, NtpClock Clock)
{
    public SourceNumbers Numbers { get; } = new();

    /// <summary>Peers with slots whose content changed this turn.</summary>
    public required ChangedViewers Changed { get; init; }

    /// <summary>Takes a removed peer's addresses and keys away.</summary>
    public required Action<Instant, Peer> Release { get; init; }
}

/// <summary>The shard's wall clock as RTCP wants it: NTP time that runs with the monotonic clock, so it never jumps.</summary>
internal sealed class NtpClock(DateTimeOffset startedAt, Instant startInstant)
{
    private const long UnixEpochSeconds = Protocols.Rtcp.NtpTime.UnixEpochSeconds;

    public NtpReference Reference { get; } = new(
        (startedAt.ToUnixTimeMilliseconds() * 1_000_000) + (UnixEpochSeconds * 1_000_000_000), startInstant);

    public ulong NtpAt(Instant now) => Reference.NtpAt(now);
}

/// <summary>Hands out the shard's own numbers for incoming streams.</summary>
internal sealed class SourceNumbers
{
    private ushort _last;

    public ushort Next() => unchecked(++_last);
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
