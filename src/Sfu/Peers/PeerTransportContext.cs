using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers.Data;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>What a peer's transport borrows from its shard.</summary>
internal sealed record PeerTransportContext(
    EgressPipeline Egress, ShardCounters Counters, DtlsContext Dtls, HandshakeLimit Handshakes, PathClaim Paths)
{
    /// <summary>Shared by all peers of the shard: used within one call only.</summary>
    public byte[] Scratch { get; init; } = [];

    public required DataTurns DataTurns { get; init; }
}

/// <summary>One peer's entries in the shard's table of known addresses.</summary>
internal sealed class PathClaim(PathTable table)
{
    private readonly List<NetworkPath> _known = [];

    public Peer? Owner { get; set; }

    /// <summary>At most the eight tuples ICE keeps validated (reliability L3).</summary>
    public IReadOnlyList<NetworkPath> Known => _known;

    public void Add(in NetworkPath path)
    {
        table.Add(path, Owner!);
        _known.Add(path);
    }

    public void Remove(in NetworkPath path)
    {
        table.Remove(path, Owner!);
        _known.Remove(path);
    }
}
