using System.Buffers;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Parameters <c>;name=value</c> in their order, as wire text: quoted values keep their quotes, unknown ones are kept.
/// Names are compared without regard to case; of repeated ones the first counts.
/// </summary>
public sealed class SipParameters
{
    public static readonly SipParameters None = new([]);

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\",<>");
    private readonly List<(string Name, string? Value)> _items;

    private SipParameters(List<(string Name, string? Value)> items) => _items = items;

    public IReadOnlyList<(string Name, string? Value)> Items => _items;

    /// <summary>The value without quotes; empty when the parameter has none; null when it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (SipText.Same(item.Name, name))
                {
                    return item.Value is null ? "" : SipText.Unquote(item.Value);
                }
            }

            return null;
        }
    }

    public bool Has(string name) => this[name] is not null;

    /// <summary>With this parameter instead of one of the same name; a null value takes it away, an empty one writes the name alone.</summary>
    public SipParameters With(string name, string? value)
    {
        List<(string, string?)> items = [.. _items.Where(item => !SipText.Same(item.Name, name))];
        if (value is not null)
        {
            items.Add((name, value.Length == 0 ? null : value));
        }

        return new SipParameters(items);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _items)
        {
            text.Append(';').Append(name);
            if (value is not null)
            {
                text.Append('=').Append(value);
            }
        }

        return text.ToString();
    }

    internal static SipParameters Of(List<(string Name, string? Value)> items) => new(items);

    /// <summary>Reads <c>;a=b;c</c>, empty text included.</summary>
    /// <param name="text">What follows the value, white space before the first semicolon allowed.</param>
    /// <param name="lenient">Parameters that are broken are left out instead of refused.</param>
    /// <param name="parameters">What was read.</param>
    internal static bool TryParse(ReadOnlySpan<char> text, bool lenient, out SipParameters parameters)
    {
        parameters = None;
        text = text.Trim(" \t");
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != ';')
        {
            return lenient;
        }

        List<(string, string?)> items = [];
        text = text[1..];
        while (true)
        {
            var end = SipScan.Find(text, ';');
            if (end < 0)
            {
                return lenient;
            }

            if (TryReadOne(text[..end].Trim(" \t"), out var item))
            {
                items.Add(item);
            }
            else if (!lenient)
            {
                return false;
            }

            if (end == text.Length)
            {
                parameters = new SipParameters(items);
                return true;
            }

            text = text[(end + 1)..];
        }
    }

    private static bool TryReadOne(ReadOnlySpan<char> text, out (string Name, string? Value) item)
    {
        var equals = text.IndexOf('=');
        var name = (equals < 0 ? text : text[..equals]).TrimEnd(" \t");
        var value = equals < 0 ? default : text[(equals + 1)..].TrimStart(" \t");
        item = (name.ToString(), equals < 0 ? null : value.ToString());
        return SipText.IsToken(name) && (equals < 0 || IsValue(value));
    }

    private static bool IsValue(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.ContainsAnyInRange('\0', '\x08') || value.ContainsAnyInRange('\x0a', '\x1f'))
        {
            return false;
        }

        return value[0] == '"' ? SipScan.EndOfQuote(value, 0) == value.Length - 1 : !value.ContainsAny(Separators);
    }
}
