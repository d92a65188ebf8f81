namespace Sylk.Conference.Sfu.Net;

/// <summary>Why a datagram did not leave.</summary>
internal enum SendDrop : byte
{
    /// <summary>The socket's send buffer is full (EAGAIN).</summary>
    WouldBlock,

    /// <summary>The kernel is out of buffers (ENOBUFS, ENOMEM).</summary>
    NoBuffers,

    /// <summary>No route, network or host down.</summary>
    Unreachable,

    /// <summary>An earlier datagram was answered by ICMP port unreachable.</summary>
    Refused,

    /// <summary>Longer than the path allows (EMSGSIZE).</summary>
    TooLarge,

    /// <summary>Not a destination this socket can reach, or a source address that is no longer ours (EINVAL, EADDRNOTAVAIL, EAFNOSUPPORT).</summary>
    Invalid,

    /// <summary>A firewall rule of this host refused it (EPERM, EACCES).</summary>
    Denied,

    /// <summary>The TCP connection is gone.</summary>
    NoLink,

    /// <summary>The TCP connection's send queue is full.</summary>
    LinkFull,

    Other,
}

/// <summary>Totals since the transport was opened. Written by the shard's thread only; any thread may read, slightly stale.</summary>
internal sealed class TransportCounters
{
    public static readonly int SendDropKinds = (int)SendDrop.Other + 1;

    private readonly long[] _sendDrops = new long[SendDropKinds];

    public long DatagramsIn;
    public long BytesIn;
    public long ReceiveCalls;

    /// <summary>Receives that failed for another reason than "nothing there".</summary>
    public long ReceiveErrors;

    /// <summary>Messages that carried more than one datagram (UDP_GRO).</summary>
    public long CoalescedIn;

    /// <summary>Datagrams longer than <see cref="DatagramTransport.MaxDatagram"/>, dropped unseen (limit L1).</summary>
    public long OversizeDrops;

    /// <summary>Datagrams that did not fit the receive buffer at all; also counted as oversize.</summary>
    public long Truncated;

    public long DatagramsOut;
    public long BytesOut;
    public long SendCalls;

    /// <summary>Sends of more than one datagram by UDP_SEGMENT, and the datagrams in them.</summary>
    public long SegmentedRuns;
    public long SegmentsOut;

    /// <summary>Runs the kernel refused to segment, sent again as single datagrams.</summary>
    public long SegmentationFallbacks;

    /// <summary>Messages whose asked-for source address was not ours any more and that left from another.</summary>
    public long SourcesReplaced;

    public long LinksAccepted;

    /// <summary>TCP connections refused because of the limits on strangers.</summary>
    public long LinksRefused;

    /// <summary>TCP connections dropped by us: idle, or not RFC 4571 with frames within the limit.</summary>
    public long LinksEvicted;

    public long SendDrops(SendDrop reason) => _sendDrops[(int)reason];

    public long TotalSendDrops => _sendDrops.Sum();

    public void CountSendDrop(SendDrop reason, long datagrams = 1) => _sendDrops[(int)reason] += datagrams;
}
