namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>Picture loss indication (RFC 4585 section 6.3.1).</summary>
public readonly record struct Pli(uint SenderSsrc, uint MediaSsrc)
{
    internal static bool TryParse(RtcpBlock block, out Pli pli)
    {
        var good = block.IsFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.PliFormat, 0);
        pli = good ? new Pli(RtcpBlock.Word(block.Body, 0), RtcpBlock.Word(block.Body, 4)) : default;
        return good;
    }
}

/// <summary>One request of a full intra request.</summary>
/// <param name="Ssrc">The source asked for a keyframe.</param>
/// <param name="Sequence">Of the command; a repetition of one request keeps it.</param>
public readonly record struct FirEntry(uint Ssrc, byte Sequence);

/// <summary>Full intra request (RFC 5104 section 4.3.1). The media SSRC of its header has no meaning.</summary>
public readonly ref struct Fir
{
    internal const int EntryOctets = 8;
    private readonly ReadOnlySpan<byte> _body;

    private Fir(ReadOnlySpan<byte> body) => _body = body;

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    public int Count => (_body.Length - RtcpBlock.FeedbackHeader) / EntryOctets;

    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public FirEntry Entry(int index)
    {
        var entry = _body.Slice(RtcpBlock.FeedbackHeader + index * EntryOctets, EntryOctets);
        return new FirEntry(RtcpBlock.Word(entry, 0), entry[4]);
    }

    internal static bool TryParse(RtcpBlock block, out Fir fir)
    {
        var good = block.IsFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.FirFormat, EntryOctets)
            && block.Body.Length % EntryOctets == 0;
        fir = good ? new Fir(block.Body) : default;
        return good;
    }
}
