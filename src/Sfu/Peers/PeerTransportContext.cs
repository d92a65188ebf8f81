using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>What a peer's transport borrows from its shard.</summary>
internal sealed record PeerTransportContext(
    EgressPipeline Egress, ShardCounters Counters, DtlsContext Dtls, HandshakeLimit Handshakes, PathClaim Paths)
{
    /// <summary>Shared by all peers of the shard: used within one call only.</summary>
    public byte[] Scratch { get; init; } = [];
}

/// <summary>One peer's entries in the shard's table of known addresses.</summary>
internal sealed class PathClaim(PathTable table)
{
    public Peer? Owner { get; set; }

    public void Add(in NetworkPath path) => table.Add(path, Owner!);

    public void Remove(in NetworkPath path) => table.Remove(path, Owner!);
}
