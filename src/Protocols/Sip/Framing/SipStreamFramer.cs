namespace Sylk.Conference.Protocols.Sip;

public enum SipFrameKind : byte
{
    /// <summary>Nothing whole yet.</summary>
    None,

    /// <summary>One message, to be given to <see cref="SipParser.Parse"/> with <see cref="SipFraming.Stream"/>.</summary>
    Message,

    /// <summary>An empty line: what a client that pinged waits for (RFC 5626 section 4.4.1).</summary>
    Pong,

    /// <summary>The second of two empty lines: answer with one (RFC 5626 section 3.5.1).</summary>
    Ping,

    /// <summary>The stream cannot be understood: answer what was given, if it can be, then close. Nothing more comes.</summary>
    Broken,
}

/// <summary>
/// Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 section 18.3). However the stream is cut into pieces,
/// the frames are the same. Never looks for a next message after a fault.
/// </summary>
public sealed class SipStreamFramer
{
    private const int MaxHeld = SipLimits.MaxHeaderBytes + SipLimits.MaxBody + SipLimits.MaxLeadingBreaks;
    private byte[] _held = [];
    private int _start;
    private int _end;
    private int _searched;
    private int _bodyAt;
    private int _need;
    private int _breaks;
    private bool _broken;
    private Instant _since = Instant.Never;

    /// <summary>When the message that has begun must be whole; the owner then closes the connection.</summary>
    public Instant Deadline => _since == Instant.Never ? Instant.Never : _since + SipLimits.StreamPatience;

    /// <summary>Bytes held.</summary>
    public int Held => _end - _start;

    /// <summary>How many more bytes <see cref="Append"/> takes; never 0 while <see cref="TryTake"/> has nothing.</summary>
    public int Room => _broken ? 0 : MaxHeld - Held;

    /// <summary>Adds received bytes; then call <see cref="TryTake"/> until it has none. Bytes beyond <see cref="Room"/> break the stream.</summary>
    public void Append(Instant now, ReadOnlySpan<byte> bytes)
    {
        if (_broken || bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length > Room)
        {
            bytes = bytes[..Room];
        }

        MakeRoom(bytes.Length);
        bytes.CopyTo(_held.AsSpan(_end));
        _end += bytes.Length;
        _since = _since == Instant.Never ? now : _since;
    }

    /// <summary>Takes the next frame. The bytes are the caller's.</summary>
    public SipFrameKind TryTake(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (_broken)
        {
            return SipFrameKind.None;
        }

        if (_need == 0 && TryTakeBreak() is var kind and not SipFrameKind.None)
        {
            return kind;
        }

        if (_need == 0 && !TryFindEnd())
        {
            return TooLong() ? Break(SipLimits.MaxHeaderBytes, out frame) : SipFrameKind.None;
        }

        return _need < 0 ? Break(_bodyAt, out frame) : TakeMessage(out frame);
    }

    private bool TooLong() => Held >= SipLimits.MaxHeaderBytes;

    private SipFrameKind TakeMessage(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (Held < _need)
        {
            return SipFrameKind.None;
        }

        frame = _held.AsSpan(_start, _need).ToArray();
        _start += _need;
        _need = _searched = _breaks = 0;
        _since = Held == 0 ? Instant.Never : _since;
        return SipFrameKind.Message;
    }

    private SipFrameKind TryTakeBreak()
    {
        if (Held < 2 || _held[_start] != '\r' || _held[_start + 1] != '\n')
        {
            return SipFrameKind.None;
        }

        _start += 2;
        _searched = 0;
        _since = Held == 0 ? Instant.Never : _since;
        return ++_breaks % 2 == 0 ? SipFrameKind.Ping : SipFrameKind.Pong;
    }

    /// <summary>Finds the empty line once and reads Content-Length; <see cref="_need"/> becomes the length of the message, or negative.</summary>
    private bool TryFindEnd()
    {
        var block = _held.AsSpan(_start, Math.Min(Held, SipLimits.MaxHeaderBytes));
        var from = Math.Max(0, _searched - 3);
        var found = block[from..].IndexOf("\r\n\r\n"u8);
        _searched = block.Length;
        if (found < 0)
        {
            return false;
        }

        _bodyAt = from + found + 4;
        var line = block.IndexOf("\r\n"u8);
        var fields = SipFields.Read(block, Math.Min(line + 2, from + found), from + found);
        var head = new SipMessage(_held.AsMemory(_start, _bodyAt), default, fields, default);
        var isWhole = fields.Fault is not { Status: 513 } && SipBodyCut.ReadLength(head, out var length) is null && length is <= SipLimits.MaxBody
            && SipStartLine.TryParse(block[..line], out _);
        _need = isWhole ? _bodyAt + (int)(head.Number(SipHeader.ContentLength) ?? 0) : -1;
        return true;
    }

    private SipFrameKind Break(int length, out ReadOnlyMemory<byte> frame)
    {
        frame = _held.AsSpan(_start, Math.Min(length, Held)).ToArray();
        _broken = true;
        _held = [];
        _start = _end = 0;
        _since = Instant.Never;
        return SipFrameKind.Broken;
    }

    private void MakeRoom(int more)
    {
        if (_end + more <= _held.Length)
        {
            return;
        }

        var held = Held;
        var target = held + more <= _held.Length && _start >= held ? _held : new byte[Math.Max(2048, (held + more) * 2)];
        _held.AsSpan(_start, held).CopyTo(target);
        _held = target;
        _start = 0;
        _end = held;
    }
}
