using System.Text;
using System.Text.Unicode;
using System.Xml;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Reads one stanza that <see cref="StanzaSplitter"/> has cut out. The framework reads the XML, with everything locked that XMPP has not.</summary>
public static class StanzaReader
{
    private static readonly XmlReaderSettings Settings = new()
    {
        ConformanceLevel = ConformanceLevel.Fragment,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = XmppLimits.MaxStanzaBytes,
        CloseInput = true,
    };

    /// <param name="bytes">From one element's first <c>&lt;</c> to its last <c>&gt;</c>.</param>
    /// <returns>Null when it is not well-formed or more than limit L14 allows.</returns>
    public static XmppElement? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > XmppLimits.MaxStanzaBytes || !Utf8.IsValid(bytes))
        {
            return null;
        }

        var names = new NameTable();
        var prefixes = new XmlNamespaceManager(names);
        prefixes.AddNamespace("", XmppNames.Component);
        prefixes.AddNamespace("stream", XmppNames.Streams);
        var context = new XmlParserContext(names, prefixes, null, XmlSpace.None);
        try
        {
            using var reader = XmlReader.Create(new StringReader(Encoding.UTF8.GetString(bytes)), Settings, context);
            return Read(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XmppElement? Read(XmlReader reader)
    {
        var open = new Stack<XmppElement>();
        XmppElement? root = null;
        var budget = new Budget();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    if (root is not null && open.Count == 0)
                    {
                        return null;
                    }

                    if (Begin(reader, open, ref budget) is not { } element)
                    {
                        return null;
                    }

                    root ??= element;
                    if (!isEmpty)
                    {
                        open.Push(element);
                    }

                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    (open.Count > 0 ? open.Peek() : null)?.Say(reader.Value);
                    break;
                default:
                    return null;
            }
        }

        return root;
    }

    private static XmppElement? Begin(XmlReader reader, Stack<XmppElement> open, ref Budget budget)
    {
        if (++budget.Elements > XmppLimits.MaxElements || open.Count >= XmppLimits.MaxDepth || reader.AttributeCount > XmppLimits.MaxAttributes
            || (budget.Attributes += reader.AttributeCount) > XmppLimits.MaxAllAttributes)
        {
            return null;
        }

        var element = new XmppElement(reader.LocalName, reader.NamespaceURI);
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI != "http://www.w3.org/2000/xmlns/")
            {
                element.Set(reader.LocalName, reader.Value, reader.NamespaceURI);
            }
        }

        reader.MoveToElement();
        if (open.Count > 0)
        {
            open.Peek().Add(element);
        }

        return element;
    }

    private record struct Budget(int Elements, int Attributes);
}
