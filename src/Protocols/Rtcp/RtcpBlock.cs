using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>RTCP packet types (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2).</summary>
public enum RtcpPacketType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Bye = 203,
    Application = 204,
    TransportFeedback = 205,
    PayloadFeedback = 206,
    ExtendedReport = 207,
}

/// <summary>
/// One RTCP packet of a compound. Each typed view answers false when the packet is of another kind or its counts do not
/// agree with its octets.
/// </summary>
public readonly ref struct RtcpBlock
{
    internal const int GenericNackFormat = 1;
    internal const int PliFormat = 1;
    internal const int FirFormat = 4;
    internal const int TransportCcFormat = 15;
    internal const int ApplicationFormat = 15;
    internal const int FeedbackHeader = 8;

    internal RtcpBlock(RtcpPacketType packetType, int count, ReadOnlySpan<byte> body)
    {
        PacketType = packetType;
        Count = count;
        Body = body;
    }

    public RtcpPacketType PacketType { get; }

    /// <summary>Reception report, source or sub-type count, by packet type.</summary>
    public int Count { get; }

    /// <summary>The same five bits in a feedback packet: the message type.</summary>
    public int Format => Count;

    /// <summary>What follows the four octets of header, padding removed.</summary>
    public ReadOnlySpan<byte> Body { get; }

    public bool TryGetSenderReport(out SenderReport report) => SenderReport.TryParse(this, out report);

    public bool TryGetReceiverReport(out ReceiverReport report) => ReceiverReport.TryParse(this, out report);

    /// <summary>A walk over the chunks of a source description.</summary>
    public bool TryGetSourceDescription(out SdesReader chunks)
    {
        chunks = PacketType == RtcpPacketType.SourceDescription ? new SdesReader(Body, Count) : default;
        return PacketType == RtcpPacketType.SourceDescription;
    }

    public bool TryGetBye(out Bye bye) => Bye.TryParse(this, out bye);

    public bool TryGetNack(out Nack nack) => Nack.TryParse(this, out nack);

    public bool TryGetPli(out Pli pli) => Pli.TryParse(this, out pli);

    public bool TryGetFir(out Fir fir) => Fir.TryParse(this, out fir);

    public bool TryGetTransportCc(out TransportCcFeedback feedback) => TransportCcFeedback.TryParse(this, out feedback);

    public bool TryGetRemb(out Remb remb) => Remb.TryParse(this, out remb);

    public bool TryGetExtendedReport(out ExtendedReport report) => ExtendedReport.TryParse(this, out report);

    internal bool IsFeedback(RtcpPacketType type, int format, int minimumFci) =>
        PacketType == type && Format == format && Body.Length >= FeedbackHeader + minimumFci;

    internal static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
}
