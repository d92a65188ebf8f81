using System.Collections.Frozen;
using System.Net;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Marked-up text as plain text (TX-06): what a fixed list of elements means for a reader stays, as line ends, dashes and addresses;
/// scripts, styles and the like go with all they hold; of everything else the text stays. Nothing of the mark-up itself comes through.
/// One pass, and no step looks at a character twice.
/// </summary>
internal sealed class HtmlText
{
    private static readonly FrozenSet<string> Dropped = Names(
        "script", "style", "head", "title", "noscript", "template", "iframe", "object", "svg", "math", "select", "textarea", "noembed", "noframes", "xmp");

    private static readonly FrozenSet<string> Blocks = Names(
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr", "section", "article", "header", "footer", "dl", "figure");

    private static readonly FrozenSet<string> Rows = Names("li", "tr", "dt", "dd");

    private readonly string _html;
    private readonly HtmlWriter _out = new();
    private int _at;
    private string? _address;
    private int _addressFrom;

    private HtmlText(string html) => _html = html;

    public static string ToPlain(string html) => new HtmlText(html).Convert();

    private string Convert()
    {
        while (_at < _html.Length)
        {
            var tag = _html.IndexOf('<', _at);
            var end = tag < 0 ? _html.Length : tag;
            _out.Text(WebUtility.HtmlDecode(_html[_at..end]));
            _at = end;
            if (tag >= 0)
                Markup();
        }
        return _out.Finish();
    }

    /// <summary>At a less-than sign, which may be no more than that.</summary>
    private void Markup()
    {
        var next = _at + 1 < _html.Length ? _html[_at + 1] : ' ';
        if (_html.AsSpan(_at).StartsWith("<!--", StringComparison.Ordinal))
            SkipPast("-->", _at + 4);
        else if (next is '!' or '?')
            SkipPast(">", _at + 2);
        else if (char.IsAsciiLetter(next))
            Open(HtmlTag.Read(_html, _at + 1));
        else if (next == '/' && _at + 2 < _html.Length && char.IsAsciiLetter(_html[_at + 2]))
            Close(HtmlTag.Read(_html, _at + 2));
        else
        {
            _out.Text("<");
            _at++;
        }
    }

    private void Open(HtmlTag tag)
    {
        _at = tag.End;
        if (Dropped.Contains(tag.Name))
            SkipPast($"</{tag.Name}", _at, throughTag: true);
        else if (tag.Name == "br")
            _out.Break();
        else if (tag.Name == "img")
            _out.Text(WebUtility.HtmlDecode(tag.Alternative));
        else if (tag.Name == "a")
            (_address, _addressFrom) = (WebUtility.HtmlDecode(tag.Address).Trim(), _out.Length);
        else if (tag.Name is "td" or "th")
            _out.Cell();
        else if (Rows.Contains(tag.Name))
            _out.Row(tag.Name == "li" ? "- " : "");
        else if (Blocks.Contains(tag.Name))
            _out.Block(tag.Name == "pre");
    }

    private void Close(HtmlTag tag)
    {
        _at = tag.End;
        if (tag.Name == "a")
            EndLink();
        else if (Rows.Contains(tag.Name))
            _out.Row("");
        else if (Blocks.Contains(tag.Name))
            _out.Block(pre: false);
    }

    /// <summary>Where a link leads stands behind it, unless its text says so already.</summary>
    private void EndLink()
    {
        if (_address is { Length: > 0 } address && IsShown(address) && !_out.EndsWith(_addressFrom, address))
            _out.Text(_out.Length > _addressFrom ? $" ({address})" : address);
        _address = null;
    }

    private static bool IsShown(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "mailto" or "tel" or "sip" or "sips" or "xmpp";

    private void SkipPast(string end, int from, bool throughTag = false)
    {
        var found = from >= _html.Length ? -1 : _html.IndexOf(end, from, StringComparison.OrdinalIgnoreCase);
        if (found < 0)
            _at = _html.Length;
        else
            _at = throughTag ? HtmlTag.Read(_html, found + 2).End : found + end.Length;
    }

    private static FrozenSet<string> Names(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
