using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>Plain text out of elements: white space collapses, blocks and rows begin lines of their own.</summary>
internal sealed class HtmlWriter
{
    private const int LongestScheme = 8;

    private readonly StringBuilder _text = new();
    private bool _space;
    private bool _pre;

    public int Length => _text.Length;

    public void Text(string text)
    {
        foreach (var c in text)
        {
            if (_pre && c is '\n' or '\t' or ' ')
                _text.Append(c);
            else if (c is ' ' or '\n' or '\t' or '\r' or '\f')
                _space = true;
            else
                Put(c);
        }
    }

    public void Break()
    {
        _space = false;
        _text.Append('\n');
    }

    public void Block(bool pre)
    {
        _pre = pre;
        BeginLine();
    }

    public void Row(string mark)
    {
        BeginLine();
        _text.Append(mark);
    }

    /// <summary>Cells of a row stand apart by a tab.</summary>
    public void Cell()
    {
        _space = false;
        if (!IsAtLineStart)
            _text.Append('\t');
    }

    /// <summary>True when what was written since then is this, with or without its scheme.</summary>
    public bool EndsWith(int from, string address)
    {
        var written = _text.Length - from;
        if (written <= 0 || written > address.Length || address.Length - written > LongestScheme)
            return false;
        return _text.ToString(from, written).Trim() is var shown && address.EndsWith(shown, StringComparison.OrdinalIgnoreCase);
    }

    public string Finish() => _text.ToString().Trim('\n', ' ', '\t');

    private bool IsAtLineStart => _text.Length == 0 || _text[^1] == '\n';

    private void BeginLine()
    {
        _space = false;
        if (!IsAtLineStart)
            _text.Append('\n');
    }

    private void Put(char c)
    {
        if (_space && !IsAtLineStart)
            _text.Append(' ');
        _space = false;
        _text.Append(c);
    }
}
