namespace Sylk.Conference.Protocols.Sdp;

/// <summary>A source announced by <c>a=ssrc</c>, with the source of its retransmissions.</summary>
public readonly record struct AnnouncedSource(uint Ssrc, uint? RtxSsrc, string Cname);

/// <summary>What we decided about one section of an offer.</summary>
public sealed class SectionAnswer
{
    /// <summary>Port 0: the section leaves the bundle and its index may be used for something else later.</summary>
    public static readonly SectionAnswer Reject = new() { Rejected = true };

    /// <summary>The section stays, with its codecs, and carries nothing.</summary>
    public static readonly SectionAnswer Inactive = new() { Direction = MediaDirection.Inactive };

    public bool Rejected { get; init; }

    /// <summary>Ours; what the offer does not allow is taken away from it.</summary>
    public MediaDirection Direction { get; init; }

    /// <summary>
    /// Codecs of the offer with its payload types, best first; parameters and feedback may be ours. Those of other payload
    /// types are left out. When none remain, an inactive section repeats the offer's first codec and any other is rejected.
    /// </summary>
    public IReadOnlyList<CodecOffer> Codecs { get; init; } = [];

    /// <summary>Extensions of the offer that we want; others are left out.</summary>
    public IReadOnlyList<HeaderExtension> Extensions { get; init; } = [];

    /// <summary>Offered rids that we want to receive as simulcast.</summary>
    public IReadOnlyList<string> ReceiveRids { get; init; } = [];

    /// <summary>Written only where we send.</summary>
    public Msid? Msid { get; init; }

    /// <summary>Written only where we send; with an FID group when there is a retransmission source.</summary>
    public IReadOnlyList<AnnouncedSource> Sources { get; init; } = [];

    /// <summary>Accepts a section of data channels (RFC 8841): the longest message we take, bytes; null for other sections.</summary>
    public int? DataChannelMessage { get; init; }

    /// <summary>Most the peer should send us on this section, bit/s (<c>b=TIAS</c>); null for no limit.</summary>
    public ulong? MaxReceiveBitrate { get; init; }
}
