using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>Where the negotiated header extension elements of one packet lie; the result of <see cref="RtpPacket.Scan"/>.</summary>
public struct RtpExtensionScan
{
    private Elements _elements;

    public readonly bool Has(RtpExtensionKind kind) => this[kind].Offset != 0;

    /// <summary>The element of a kind; offset 0 when the packet has none.</summary>
    public readonly RtpExtensionElement this[RtpExtensionKind kind] =>
        (int)kind < RtpExtensionIds.KindCount ? _elements[(int)kind] : default;

    /// <summary>The value of a kind in the packet that was scanned.</summary>
    public readonly bool TryGet(RtpExtensionKind kind, ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> value)
    {
        var element = this[kind];
        var found = element.Offset != 0 && element.Offset + element.Length <= packet.Length;
        value = found ? packet.Slice(element.Offset, element.Length) : default;
        return found;
    }

    internal void Note(RtpExtensionKind kind, in RtpExtensionElement element)
    {
        if (kind == RtpExtensionKind.None || _elements[(int)kind].Offset != 0) return;
        _elements[(int)kind] = element;
    }

    [InlineArray(RtpExtensionIds.KindCount)]
    private struct Elements
    {
        private RtpExtensionElement _first;
    }
}
