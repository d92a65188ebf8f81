namespace Sylk.Conference.Protocols.Xmpp;

public enum StanzaPiece : byte
{
    /// <summary>Nothing whole yet.</summary>
    None,

    /// <summary>The start tag of the stream, with <c>/&gt;</c> in place of its <c>&gt;</c>.</summary>
    Opened,

    /// <summary>One child of the stream, whole.</summary>
    Stanza,

    /// <summary>The end tag of the stream.</summary>
    Closed,

    /// <summary>A document type, comment or processing instruction (attack TX-01). Nothing more comes.</summary>
    Restricted,

    /// <summary>More than limit L14 allows (attack TX-02). Nothing more comes.</summary>
    TooLarge,

    /// <summary>No XML. Nothing more comes.</summary>
    Malformed,
}

/// <summary>
/// Finds where stanzas end in a stream of bytes, and nothing else; however it is cut into pieces, the stanzas are the same. Each byte is
/// looked at once. Limits hold before anything is parsed.
/// </summary>
public sealed class StanzaSplitter
{
    /// <summary>Bytes of the buffer that stay between stanzas.</summary>
    private const int MostKept = 16 * 1024;

    private byte[] _held = [];
    private int _length;
    private State _state = State.Between;
    private byte _quote;
    private int _depth;
    private int _attributes;
    private int _elements;
    private int _matched;
    private bool _isEndTag;
    private bool _sawDeclaration;
    private StanzaPiece _fault;
    private byte[] _input = [];
    private int _at;

    private enum State : byte
    {
        /// <summary>In text, or between stanzas.</summary>
        Between,
        Less,
        Tag,
        Quoted,
        Slash,
        Bang,
        CData,
        Declaration,
    }

    /// <summary>Bytes of what is not whole yet.</summary>
    public int Held => _length;

    /// <summary>Adds received bytes; then call <see cref="TryTake"/> until it has none.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_fault != StanzaPiece.None)
        {
            return;
        }

        _input = [.. _input.AsSpan(_at), .. bytes];
        _at = 0;
    }

    /// <summary>Takes the next piece. The bytes are the caller's.</summary>
    public StanzaPiece TryTake(out ReadOnlyMemory<byte> piece)
    {
        piece = default;
        while (_fault == StanzaPiece.None && _at < _input.Length)
        {
            var next = _input[_at++];
            var found = Step(next);
            if (found >= StanzaPiece.Restricted)
            {
                return Break(found);
            }

            if (found != StanzaPiece.None)
            {
                piece = Cut();
                return found;
            }
        }

        return StanzaPiece.None;
    }

    private StanzaPiece Break(StanzaPiece fault)
    {
        _fault = fault;
        _input = [];
        _at = 0;
        _held = [];
        _length = 0;
        return fault;
    }

    private byte[] Cut()
    {
        var bytes = _held.AsSpan(0, _length).ToArray();
        _elements = _length = 0;
        if (_held.Length > MostKept)
        {
            _held = [];
        }

        return bytes;
    }

    private StanzaPiece Step(byte next)
    {
        if (_state == State.Between && _depth <= 1 && next != '<')
        {
            return next is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' ? StanzaPiece.None : StanzaPiece.Malformed;
        }

        if (_length >= XmppLimits.MaxStanzaBytes)
        {
            return StanzaPiece.TooLarge;
        }

        Keep(next);
        return _state switch
        {
            State.Between => next == '<' ? Go(State.Less) : StanzaPiece.None,
            State.Less => AfterLess(next),
            State.Tag => InTag(next),
            State.Quoted => next == _quote ? Go(State.Tag) : next == '<' ? StanzaPiece.Malformed : StanzaPiece.None,
            State.Slash => next == '>' ? EndOfTag(isEmpty: true) : StanzaPiece.Malformed,
            State.Bang => InBang(next),
            State.CData => InCData(next),
            State.Declaration => InDeclaration(next),
            _ => StanzaPiece.Malformed,
        };
    }

    private StanzaPiece AfterLess(byte next)
    {
        switch (next)
        {
            case (byte)'?':
                if (_sawDeclaration || _depth > 0)
                {
                    return StanzaPiece.Restricted;
                }

                _sawDeclaration = true;
                _matched = 0;
                return Go(State.Declaration);
            case (byte)'!':
                _matched = 0;
                return Go(State.Bang);
            case (byte)'/':
                _isEndTag = true;
                return _depth == 0 ? StanzaPiece.Malformed : Go(State.Tag);
            case (byte)'>' or (byte)'<' or (byte)'=' or (byte)'\'' or (byte)'"' or <= (byte)' ':
                return StanzaPiece.Malformed;
            default:
                _isEndTag = false;
                _attributes = 0;
                return ++_elements > XmppLimits.MaxElements ? StanzaPiece.TooLarge : Go(State.Tag);
        }
    }

    private StanzaPiece InTag(byte next)
    {
        switch (next)
        {
            case (byte)'>':
                return EndOfTag(isEmpty: false);
            case (byte)'/':
                return _isEndTag ? StanzaPiece.Malformed : Go(State.Slash);
            case (byte)'<':
                return StanzaPiece.Malformed;
            case (byte)'\'' or (byte)'"':
                _quote = next;
                return _isEndTag ? StanzaPiece.Malformed : ++_attributes > XmppLimits.MaxAttributes ? StanzaPiece.TooLarge : Go(State.Quoted);
            default:
                return StanzaPiece.None;
        }
    }

    private StanzaPiece EndOfTag(bool isEmpty)
    {
        _state = State.Between;
        if (_isEndTag)
        {
            _depth--;
            return _depth switch { 0 => StanzaPiece.Closed, 1 => StanzaPiece.Stanza, _ => StanzaPiece.None };
        }

        if (_depth == 0)
        {
            return Opened(isEmpty);
        }

        if (isEmpty)
        {
            return _depth > XmppLimits.MaxDepth ? StanzaPiece.TooLarge : _depth == 1 ? StanzaPiece.Stanza : StanzaPiece.None;
        }

        return ++_depth > XmppLimits.MaxDepth + 1 ? StanzaPiece.TooLarge : StanzaPiece.None;
    }

    private StanzaPiece Opened(bool isEmpty)
    {
        if (isEmpty)
        {
            return StanzaPiece.Malformed;
        }

        _depth = 1;
        _length--;
        Keep((byte)'/');
        Keep((byte)'>');
        return StanzaPiece.Opened;
    }

    /// <summary>Of what may begin with <c>&lt;!</c> only CDATA is XMPP.</summary>
    private StanzaPiece InBang(byte next)
    {
        var wanted = "[CDATA["u8;
        if (_depth < 2 || next != wanted[_matched])
        {
            return StanzaPiece.Restricted;
        }

        if (++_matched < wanted.Length)
        {
            return StanzaPiece.None;
        }

        _matched = 0;
        return Go(State.CData);
    }

    private StanzaPiece InCData(byte next)
    {
        if (next == '>' && _matched >= 2)
        {
            return Go(State.Between);
        }

        _matched = next == ']' ? _matched + 1 : 0;
        return StanzaPiece.None;
    }

    /// <summary>Skipped: nothing in it matters, UTF-8 is all there is.</summary>
    private StanzaPiece InDeclaration(byte next)
    {
        if (_length == 6 && !_held.AsSpan(0, 6).SequenceEqual("<?xml "u8))
        {
            return StanzaPiece.Restricted;
        }

        if (next == '>' && _matched == 1)
        {
            if (_length < 6)
            {
                return StanzaPiece.Restricted;
            }

            _length = 0;
            return Go(State.Between);
        }

        _matched = next == '?' ? 1 : 0;
        return StanzaPiece.None;
    }

    private void Keep(byte next)
    {
        if (_length == _held.Length)
        {
            Array.Resize(ref _held, Math.Max(512, _length * 2));
        }

        _held[_length++] = next;
    }

    private StanzaPiece Go(State state)
    {
        _state = state;
        return StanzaPiece.None;
    }
}
