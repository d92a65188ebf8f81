namespace Sylk.Conference.Sfu.Routing;

/// <summary>What one receive section negotiated: which payload type carries which format, and which header extensions it reads.</summary>
internal sealed class SlotFormat(string mid, TrackKind kind)
{
    private readonly byte[] _payloadTypes = new byte[CodecRegistry.Capacity];
    private readonly byte[] _rtxOf = new byte[128];

    public string Mid { get; } = mid;

    public TrackKind Kind { get; } = kind;

    /// <summary>Header extension ids of the section, 0 where not negotiated.</summary>
    public byte AudioLevelId { get; init; }

    public byte OrientationId { get; init; }

    public byte TransportCcId { get; init; }

    public byte DependencyId { get; init; }

    /// <summary>Opus' own payload type: where a RED source is sent to a receiver that does not take RED.</summary>
    public byte OpusPayloadType { get; private set; }

    /// <summary>Redundant Opus (RFC 2198); 0 when the receiver does not take it.</summary>
    public byte RedPayloadType { get; private set; }

    public void Add(CodecEntry codec, byte payloadType, byte rtxPayloadType)
    {
        _payloadTypes[codec.Key] = payloadType;
        _rtxOf[payloadType] = rtxPayloadType;
        if (codec.Family == CodecFamily.Opus)
            OpusPayloadType = payloadType;
        else if (codec.Family == CodecFamily.Red)
            RedPayloadType = payloadType;
    }

    public bool Carries(CodecEntry codec) => PayloadTypeOf(codec, out _) != 0;

    /// <summary>0 when the section cannot carry the format. <paramref name="primaryOnly"/>: take the newest block out of the RED packet.</summary>
    public byte PayloadTypeOf(CodecEntry codec, out bool primaryOnly)
    {
        var payloadType = _payloadTypes[codec.Key];
        primaryOnly = payloadType == 0 && codec.Family == CodecFamily.Red;
        return primaryOnly ? OpusPayloadType : payloadType;
    }

    /// <summary>0 when retransmissions were not negotiated for it.</summary>
    public byte RtxPayloadTypeOf(byte payloadType) => _rtxOf[payloadType & 0x7F];
}
