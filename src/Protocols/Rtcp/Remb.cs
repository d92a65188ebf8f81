namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 section 2.2).</summary>
public readonly ref struct Remb
{
    internal const uint Identifier = 0x5245_4D42; // "REMB"
    internal const int FixedFci = 8;
    private readonly ReadOnlySpan<byte> _body;

    private Remb(ReadOnlySpan<byte> body) => _body = body;

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    /// <summary>Bits per second; what exceeds 63 bits is given as <see cref="long.MaxValue"/>.</summary>
    public long Bitrate
    {
        get
        {
            var exponent = _body[13] >> 2;
            var mantissa = RtcpBlock.Word(_body, 12) & 0x3_FFFF;
            return (UInt128)mantissa << exponent > long.MaxValue ? long.MaxValue : (long)mantissa << exponent;
        }
    }

    /// <summary>Sources the limit is about.</summary>
    public int SsrcCount => _body[12];

    /// <param name="index">0 .. <see cref="SsrcCount"/> - 1.</param>
    public uint Ssrc(int index) => RtcpBlock.Word(_body, 16 + index * 4);

    internal static bool TryParse(RtcpBlock block, out Remb remb)
    {
        remb = default;
        if (!block.IsFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.ApplicationFormat, FixedFci)) return false;
        if (RtcpBlock.Word(block.Body, 8) != Identifier) return false;
        if (block.Body.Length < 16 + block.Body[12] * 4) return false;
        remb = new Remb(block.Body);
        return true;
    }
}
