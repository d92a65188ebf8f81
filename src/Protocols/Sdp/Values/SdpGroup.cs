namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=group</c> (RFC 5888 §5): semantics and the mids grouped, no more than a description can have sections.
/// </summary>
public sealed record SdpGroup(string Semantics, IReadOnlyList<string> Mids) : ISdpValue<SdpGroup>
{
    /// <summary>All sections over one transport (RFC 9143).</summary>
    public const string BundleSemantics = "BUNDLE";

    public static string AttributeName => "group";

    /// <summary>Whether the text of a group says BUNDLE.</summary>
    public static bool IsBundle(ReadOnlySpan<char> text) =>
        SdpText.TryNextToken(ref text, out var semantics) && semantics is BundleSemantics;

    public static bool TryParse(ReadOnlySpan<char> text, out SdpGroup value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var semantics))
        {
            return false;
        }

        var mids = new List<string>();
        while (SdpText.TryNextToken(ref text, out var mid))
        {
            if (mids.Count == SdpLimits.MaxSections)
            {
                return false;
            }

            mids.Add(mid.ToString());
        }

        value = new SdpGroup(semantics.ToString(), mids);
        return true;
    }

    public string ToText() => Mids.Count == 0 ? Semantics : $"{Semantics} {string.Join(' ', Mids)}";
}
