using System.Globalization;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary><c>a=ssrc:123 cname:x</c> (RFC 5576 §4.1).</summary>
public readonly record struct SsrcAttribute(uint Ssrc, string Attribute, string? Value = null) : ISdpValue<SsrcAttribute>
{
    public static string AttributeName => "ssrc";

    public static bool TryParse(ReadOnlySpan<char> text, out SsrcAttribute value)
    {
        value = default;
        if (!SdpText.TryNextToken(ref text, out var number) || !SdpText.TryNumber(number, out uint ssrc) || text.Trim().IsEmpty)
        {
            return false;
        }

        var colon = text.IndexOf(':');
        var name = SdpText.Before(text, ':', out var content);
        value = new SsrcAttribute(ssrc, name.ToString(), colon < 0 ? null : content.ToString());
        return true;
    }

    public string ToText() => Value is null ? $"{Ssrc} {Attribute}" : $"{Ssrc} {Attribute}:{Value}";
}

/// <summary><c>a=ssrc-group:FID 1 2</c> (RFC 5576 §4.2). FID pairs a source with its retransmission (RFC 4588 §8.8).</summary>
public sealed record SsrcGroup(string Semantics, IReadOnlyList<uint> Ssrcs) : ISdpValue<SsrcGroup>
{
    public const string FlowIdentification = "FID";

    public static string AttributeName => "ssrc-group";

    public static bool TryParse(ReadOnlySpan<char> text, out SsrcGroup value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var semantics))
        {
            return false;
        }

        var ssrcs = new List<uint>();
        while (SdpText.TryNextToken(ref text, out var number))
        {
            if (!SdpText.TryNumber(number, out uint ssrc))
            {
                return false;
            }

            ssrcs.Add(ssrc);
        }

        value = new SsrcGroup(semantics.ToString(), ssrcs);
        return ssrcs.Count > 0;
    }

    public string ToText() =>
        $"{Semantics} {string.Join(' ', Ssrcs.Select(ssrc => ssrc.ToString(CultureInfo.InvariantCulture)))}";
}
