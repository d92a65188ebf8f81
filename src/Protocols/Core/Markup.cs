using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Sylk.Conference.Protocols;

/// <summary>
/// An element of an XML document from strangers: no DTD, no entities, nothing from outside, bounded in size, depth and count. Names stay
/// in the document: the framework's own names live as long as the process does, which strangers could fill.
/// </summary>
internal sealed class Markup
{
    private const int Deepest = 16;
    private const int MostElements = 4096;
    private static readonly XmlWriterSettings Compact = new() { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize };

    private static readonly XmlReaderSettings Closed = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    private readonly List<Markup> _children = [];
    private readonly List<(string Space, string Name, string Value)> _attributes = [];
    private string _text = "";

    private Markup(XmlReader reader)
    {
        (Space, Name) = (reader.NamespaceURI, reader.LocalName);
        while (reader.MoveToNextAttribute())
        {
            _attributes.Add((reader.NamespaceURI, reader.LocalName, reader.Value));
        }

        reader.MoveToElement();
    }

    public string Space { get; }
    public string Name { get; }

    /// <summary>What stands directly in it, without spaces around it.</summary>
    public string Text => _text.Trim();

    public IReadOnlyList<Markup> Children => _children;

    /// <summary><c>xml:lang</c>; null when nobody said.</summary>
    public string? Language => Attribute("http://www.w3.org/XML/1998/namespace", "lang");

    public string? Attribute(string space, string name)
    {
        foreach (var attribute in _attributes)
        {
            if (attribute.Name == name && attribute.Space == space)
            {
                return attribute.Value;
            }
        }

        return null;
    }

    public Markup? First(string space, string name) => _children.Find(child => child.Name == name && child.Space == space);

    public IEnumerable<Markup> All(string space, string name) => _children.Where(child => child.Name == name && child.Space == space);

    /// <summary>The text of the first such child; null when there is none.</summary>
    public string? TextOf(string space, string name) => First(space, name)?.Text;

    /// <summary>The root of a document; null when it is none, or more than it may be.</summary>
    public static Markup? Read(ReadOnlyMemory<byte> document, int mostBytes)
    {
        if (document.Length > mostBytes)
        {
            return null;
        }

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document.ToArray(), writable: false), Closed);
            return Build(reader);
        }
        catch (Exception problem) when (problem is XmlException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return null; // the last three are about encodings and names of namespaces
        }
    }

    /// <summary>The document that <paramref name="root"/> is, in UTF-8.</summary>
    public static byte[] Print(XElement root)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Compact))
        {
            new XDocument(root).Save(writer);
        }

        return bytes.ToArray();
    }

    private static Markup? Build(XmlReader reader)
    {
        Stack<Markup> open = [];
        Markup? root = null;
        for (var count = 0; reader.Read();)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    var element = new Markup(reader);
                    root ??= element;
                    if (++count > MostElements || open.Count >= Deepest)
                    {
                        return null;
                    }

                    open.TryPeek(out var parent);
                    parent?._children.Add(element);
                    if (!isEmpty)
                    {
                        open.Push(element);
                    }

                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    open.Peek()._text += reader.Value;
                    break;
            }
        }

        return root;
    }
}
