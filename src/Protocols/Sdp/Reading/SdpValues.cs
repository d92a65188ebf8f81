using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The values of the lines that are not attributes.</summary>
internal static class SdpValues
{
    public static bool TryConnection(ReadOnlySpan<char> value, [NotNullWhen(true)] out SdpConnection? connection)
    {
        var complete = SdpText.TryNextToken(ref value, out var network)
            & SdpText.TryNextToken(ref value, out var family)
            & SdpText.TryNextToken(ref value, out var address);
        connection = complete && value.Trim().IsEmpty
            ? new SdpConnection(network.ToString(), family.ToString(), address.ToString())
            : null;
        return connection is not null;
    }

    public static SdpErrorCode ReadBandwidth(ReadOnlySpan<char> value, List<SdpBandwidth> into)
    {
        var type = SdpText.Before(value, ':', out var number);
        if (type.IsEmpty || !SdpText.TryNumber(number, out ulong amount))
        {
            return SdpErrorCode.InvalidBandwidth;
        }

        into.Add(new SdpBandwidth(type.ToString(), amount));
        return SdpErrorCode.None;
    }

    public static SdpErrorCode ReadTiming(ReadOnlySpan<char> value, List<SdpTiming> into)
    {
        if (!SdpText.TryNextToken(ref value, out var first) || !SdpText.TryNumber(first, out ulong start)
            || !SdpText.TryNextToken(ref value, out var second) || !SdpText.TryNumber(second, out ulong stop))
        {
            return SdpErrorCode.InvalidTiming;
        }

        into.Add(new SdpTiming(start, stop));
        return SdpErrorCode.None;
    }

    public static SdpErrorCode ReadMedia(ReadOnlySpan<char> value, out MediaDescription? media)
    {
        media = null;
        if (!SdpText.TryNextToken(ref value, out var kind) || !SdpText.TryNextToken(ref value, out var ports)
            || !SdpText.TryNextToken(ref value, out var protocol) || !TryPorts(ports, out var port, out var count))
        {
            return SdpErrorCode.InvalidMedia;
        }

        var section = new MediaDescription(kind.ToString(), protocol.ToString()) { Port = port, PortCount = count };
        while (SdpText.TryNextToken(ref value, out var format))
        {
            if (section.Formats.Count == SdpLimits.MaxFormats)
            {
                return SdpErrorCode.TooManyFormats;
            }

            section.Formats.Add(format.ToString());
        }

        media = section.Formats.Count > 0 ? section : null;
        return media is null ? SdpErrorCode.InvalidMedia : SdpErrorCode.None;
    }

    private static bool TryPorts(ReadOnlySpan<char> text, out int port, out int count)
    {
        count = 1;
        return SdpText.TryNumber(SdpText.Before(text, '/', out var more), ushort.MaxValue, out port)
            && (more.IsEmpty || (SdpText.TryNumber(more, ushort.MaxValue, out count) && count > 0));
    }
}
