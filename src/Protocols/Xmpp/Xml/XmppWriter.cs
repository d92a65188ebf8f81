using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>
/// Writes elements (RFC 6120 section 11.1): no declaration, comment or processing instruction, five entities, and no character XML 1.0
/// does not have, whatever a sender wrote.
/// </summary>
public static class XmppWriter
{
    private static readonly SearchValues<char> Special = SearchValues.Create("<>&'\"\t\n\r");

    /// <param name="inherited">The namespace in force where it is written.</param>
    public static byte[] Write(XmppElement element, string inherited = XmppNames.Component)
    {
        var text = new StringBuilder(256);
        Append(text, element, inherited);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder into, XmppElement element, string inherited)
    {
        var isStream = element.Namespace == XmppNames.Streams && inherited.Length > 0;
        into.Append('<').Append(isStream ? "stream:" : "").Append(element.Name);
        if (!isStream && element.Namespace != inherited)
        {
            AppendAttribute(into, "xmlns", element.Namespace);
        }

        for (var i = 0; i < element.Attributes.Count; i++)
        {
            AppendAttribute(into, element.Attributes[i], i);
        }

        if (element.Content.Count == 0)
        {
            into.Append("/>");
            return;
        }

        into.Append('>');
        foreach (var piece in element.Content)
        {
            if (piece is XmppElement child)
            {
                Append(into, child, isStream ? inherited : element.Namespace);
            }
            else
            {
                AppendEscaped(into, (string)piece, isAttribute: false);
            }
        }

        into.Append("</").Append(isStream ? "stream:" : "").Append(element.Name).Append('>');
    }

    private static void AppendAttribute(StringBuilder into, XmppAttribute attribute, int number)
    {
        if (attribute.Namespace.Length == 0)
        {
            AppendAttribute(into, attribute.Name, attribute.Value);
        }
        else if (attribute.Namespace == XmppNames.Xml)
        {
            AppendAttribute(into, "xml:" + attribute.Name, attribute.Value);
        }
        else
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"a{number}");
            AppendAttribute(into, "xmlns:" + prefix, attribute.Namespace);
            AppendAttribute(into, $"{prefix}:{attribute.Name}", attribute.Value);
        }
    }

    private static void AppendAttribute(StringBuilder into, string name, string value)
    {
        into.Append(' ').Append(name).Append("='");
        AppendEscaped(into, value, isAttribute: true);
        into.Append('\'');
    }

    private static void AppendEscaped(StringBuilder into, string text, bool isAttribute)
    {
        if (!NeedsCare(text))
        {
            into.Append(text);
            return;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsLegal(rune))
            {
                continue;
            }

            switch (rune.Value)
            {
                case '<':
                    into.Append("&lt;");
                    break;
                case '>':
                    into.Append("&gt;");
                    break;
                case '&':
                    into.Append("&amp;");
                    break;
                case '\'' when isAttribute:
                    into.Append("&apos;");
                    break;
                case '\r':
                    into.Append("&#13;");
                    break;
                case '\t' or '\n' when isAttribute:
                    into.Append(rune.Value == '\t' ? "&#9;" : "&#10;");
                    break;
                default:
                    into.Append(rune.ToString());
                    break;
            }
        }
    }

    private static bool NeedsCare(string text)
    {
        foreach (var one in text)
        {
            if (one is < ' ' or >= '\uD800' || Special.Contains(one))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Char of XML 1.0 section 2.2. A lone surrogate comes as the replacement character and goes.</summary>
    private static bool IsLegal(Rune rune) => rune.Value switch
    {
        0xFFFD or 0xFFFE or 0xFFFF => false,
        '\t' or '\n' or '\r' => true,
        < ' ' => false,
        _ => true,
    };
}
