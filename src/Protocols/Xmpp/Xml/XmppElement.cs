using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>
/// One element of a stanza. Its own small class rather than the framework's: <c>XName</c> keeps every name it ever saw, and names here
/// are whatever a stranger sends.
/// </summary>
public sealed class XmppElement(string name, string @namespace)
{
    private readonly List<XmppAttribute> _attributes = [];
    private readonly List<object> _content = [];

    /// <summary>Without a prefix.</summary>
    public string Name { get; } = name;

    public string Namespace { get; } = @namespace;

    public IReadOnlyList<XmppAttribute> Attributes => _attributes;

    /// <summary>Elements and texts, in order.</summary>
    public IReadOnlyList<object> Content => _content;

    public IEnumerable<XmppElement> Elements => _content.OfType<XmppElement>();

    /// <summary>The text directly inside; empty when there is none.</summary>
    public string Text
    {
        get
        {
            if (_content is [string only])
            {
                return only;
            }

            var text = new StringBuilder();
            foreach (var piece in _content.OfType<string>())
            {
                text.Append(piece);
            }

            return text.ToString();
        }
    }

    /// <summary>An attribute without a namespace; null when there is none.</summary>
    public string? this[string attribute] => _attributes.Find(one => one.Name == attribute && one.Namespace.Length == 0)?.Value;

    public bool Is(string name, string ns) => Name == name && Namespace == ns;

    /// <summary>The first child of that name.</summary>
    public XmppElement? Child(string name, string ns) => Elements.FirstOrDefault(child => child.Is(name, ns));

    /// <summary>The first child of that name in the parent's own namespace.</summary>
    public XmppElement? Child(string name) => Child(name, Namespace);

    /// <summary>Sets an attribute; null takes it away.</summary>
    public XmppElement Set(string attribute, string? value, string ns = "")
    {
        _attributes.RemoveAll(one => one.Name == attribute && one.Namespace == ns);
        if (value is not null)
        {
            _attributes.Add(new XmppAttribute(attribute, ns, value));
        }

        return this;
    }

    /// <summary>Appends a child; null appends nothing.</summary>
    public XmppElement Add(XmppElement? child)
    {
        if (child is not null)
        {
            _content.Add(child);
        }

        return this;
    }

    public XmppElement Add(IEnumerable<XmppElement> children)
    {
        _content.AddRange(children);
        return this;
    }

    /// <summary>Appends text; null and empty append nothing.</summary>
    public XmppElement Say(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _content.Add(text);
        }

        return this;
    }

    /// <summary>The same with attributes of its own; what is inside is shared.</summary>
    public XmppElement Copy()
    {
        var copy = new XmppElement(Name, Namespace);
        copy._attributes.AddRange(_attributes);
        copy._content.AddRange(_content);
        return copy;
    }

    /// <summary>As it would be written, for logs and tests.</summary>
    public override string ToString() => Encoding.UTF8.GetString(XmppWriter.Write(this, ""));
}

/// <param name="Namespace">Empty for attributes without a prefix.</param>
public sealed record XmppAttribute(string Name, string Namespace, string Value);
