using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>
/// Walks the packets of a compound or reduced-size RTCP packet (RFC 3550 section 6.1, RFC 5506). A packet whose length
/// passes the end stops the walk and sets <see cref="IsMalformed"/>; one with impossible padding is skipped.
/// </summary>
public ref struct RtcpReader
{
    public const int HeaderLength = 4;
    private ReadOnlySpan<byte> _rest;

    public RtcpReader(ReadOnlySpan<byte> compound) => _rest = compound;

    /// <summary>The walk met octets that are no RTCP and stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Packets skipped for their padding.</summary>
    public int Rejected { get; private set; }

    public bool TryRead(out RtcpBlock block)
    {
        while (TryTake(out var packet))
        {
            var padding = (packet[0] & 0x20) != 0 ? packet[^1] : 0;
            var hasCount = (packet[0] & 0x20) == 0 || padding > 0;
            if (hasCount && padding <= packet.Length - HeaderLength)
            {
                block = new RtcpBlock((RtcpPacketType)packet[1], packet[0] & 0x1F, packet[HeaderLength..^padding]);
                return true;
            }
            Rejected++;
        }
        block = default;
        return false;
    }

    private bool TryTake(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < HeaderLength || _rest[0] >> 6 != 2) return Malformed();
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) * 4;
        if (length > _rest.Length) return Malformed();
        packet = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        _rest = default;
        return false;
    }
}
