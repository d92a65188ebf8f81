using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>A reception report block (RFC 3550 section 6.4.1).</summary>
/// <param name="Ssrc">The source reported on.</param>
/// <param name="FractionLost">Lost of expected since the former report, in 1/256.</param>
/// <param name="CumulativeLost">24 bits signed.</param>
/// <param name="ExtendedHighestSequence">Cycles and highest sequence number received.</param>
/// <param name="Jitter">In timestamp units.</param>
/// <param name="LastSenderReport">Middle 32 bits of the NTP time of the last sender report, 0 for none.</param>
/// <param name="DelaySinceLastSenderReport">In 1/65,536 s.</param>
public readonly record struct ReportBlock(
    uint Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint ExtendedHighestSequence,
    uint Jitter,
    uint LastSenderReport,
    uint DelaySinceLastSenderReport)
{
    public const int Octets = 24;

    /// <summary>Report blocks one packet can hold.</summary>
    public const int Maximum = 31;

    internal static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        RtcpBlock.Word(bytes, 0),
        bytes[4],
        (int)RtcpBlock.Word(bytes, 4) << 8 >> 8,
        RtcpBlock.Word(bytes, 8),
        RtcpBlock.Word(bytes, 12),
        RtcpBlock.Word(bytes, 16),
        RtcpBlock.Word(bytes, 20));

    internal void Write(Span<byte> bytes)
    {
        var lost = (uint)Math.Clamp(CumulativeLost, -0x80_0000, 0x7F_FFFF) & 0xFF_FFFF;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)FractionLost << 24 | lost);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ExtendedHighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSenderReport);
    }
}

/// <summary>What a sender says of itself in a report (RFC 3550 section 6.4.1).</summary>
/// <param name="NtpTimestamp">NTP time, 32.32 fixed point.</param>
/// <param name="RtpTimestamp">The same moment on the stream's RTP clock.</param>
/// <param name="PacketCount">Packets sent since the start.</param>
/// <param name="OctetCount">Payload octets sent since the start.</param>
public readonly record struct SenderInfo(ulong NtpTimestamp, uint RtpTimestamp, uint PacketCount, uint OctetCount)
{
    public const int Octets = 20;
}

/// <summary>A sender report (RFC 3550 section 6.4.1).</summary>
public readonly ref struct SenderReport
{
    private readonly ReadOnlySpan<byte> _body;

    private SenderReport(ReadOnlySpan<byte> body, int count)
    {
        _body = body;
        ReportCount = count;
    }

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    public ulong NtpTimestamp => BinaryPrimitives.ReadUInt64BigEndian(_body[4..]);

    public uint RtpTimestamp => RtcpBlock.Word(_body, 12);

    public uint PacketCount => RtcpBlock.Word(_body, 16);

    public uint OctetCount => RtcpBlock.Word(_body, 20);

    public SenderInfo Info => new(NtpTimestamp, RtpTimestamp, PacketCount, OctetCount);

    public int ReportCount { get; }

    /// <param name="index">0 .. <see cref="ReportCount"/> - 1.</param>
    public ReportBlock Report(int index) => ReportBlock.Read(_body[(4 + SenderInfo.Octets + index * ReportBlock.Octets)..]);

    internal static bool TryParse(RtcpBlock block, out SenderReport report)
    {
        var needed = 4 + SenderInfo.Octets + block.Count * ReportBlock.Octets;
        var good = block.PacketType == RtcpPacketType.SenderReport && block.Body.Length >= needed;
        report = good ? new SenderReport(block.Body, block.Count) : default;
        return good;
    }
}

/// <summary>A receiver report (RFC 3550 section 6.4.2).</summary>
public readonly ref struct ReceiverReport
{
    private readonly ReadOnlySpan<byte> _body;

    private ReceiverReport(ReadOnlySpan<byte> body, int count)
    {
        _body = body;
        ReportCount = count;
    }

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    public int ReportCount { get; }

    /// <param name="index">0 .. <see cref="ReportCount"/> - 1.</param>
    public ReportBlock Report(int index) => ReportBlock.Read(_body[(4 + index * ReportBlock.Octets)..]);

    internal static bool TryParse(RtcpBlock block, out ReceiverReport report)
    {
        var needed = 4 + block.Count * ReportBlock.Octets;
        var good = block.PacketType == RtcpPacketType.ReceiverReport && block.Body.Length >= needed;
        report = good ? new ReceiverReport(block.Body, block.Count) : default;
        return good;
    }
}
