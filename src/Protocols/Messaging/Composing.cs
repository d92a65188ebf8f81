using System.Globalization;
using System.Xml.Linq;

namespace Sylk.Conference.Protocols.Messaging;

/// <summary>Somebody writes, or has stopped (RFC 3994).</summary>
/// <param name="Active">False: idle.</param>
/// <param name="RefreshSeconds">When they would say so again; null when they did not say.</param>
/// <param name="LastActive">Of the one who is idle now.</param>
/// <param name="ContentType">Of what they write; empty when they did not say.</param>
public sealed record Composing(bool Active, int? RefreshSeconds = null, DateTimeOffset? LastActive = null, string ContentType = "")
{
    public const string MediaType = "application/im-iscomposing+xml";

    private const int MostBytes = 8 * 1024;
    private const int UsualSeconds = 120;
    private const int ShortestSeconds = 5;
    private const int LongestSeconds = 300;
    private static readonly XNamespace Space = "urn:ietf:params:xml:ns:im-iscomposing";

    /// <summary>How long to believe it when nothing more comes (section 3.2), within bounds of ours.</summary>
    public TimeSpan Lasts => TimeSpan.FromSeconds(Math.Clamp(RefreshSeconds ?? UsualSeconds, ShortestSeconds, LongestSeconds));

    /// <summary>A state we do not know counts as idle (section 4).</summary>
    public static Composing? Read(ReadOnlyMemory<byte> document)
    {
        var root = Markup.Read(document, MostBytes);
        if (root is null || root.Name != "isComposing" || root.Space != Space.NamespaceName || root.TextOf(Space.NamespaceName, "state") is not { } state)
        {
            return null;
        }

        return new Composing(
            state == "active",
            int.TryParse(root.TextOf(Space.NamespaceName, "refresh"), NumberStyles.None, CultureInfo.InvariantCulture, out var refresh) ? refresh : null,
            MarkupText.TimeOf(root.TextOf(Space.NamespaceName, "lastactive")),
            root.TextOf(Space.NamespaceName, "contenttype") ?? "");
    }

    public byte[] Write() => Markup.Print(new XElement(
        Space + "isComposing", new XElement(Space + "state", Active ? "active" : "idle"),
        LastActive is { } last ? new XElement(Space + "lastactive", MarkupText.Of(last)) : null,
        ContentType.Length > 0 ? new XElement(Space + "contenttype", MarkupText.Clean(ContentType)) : null,
        RefreshSeconds is { } refresh ? new XElement(Space + "refresh", refresh.ToString(CultureInfo.InvariantCulture)) : null));
}
