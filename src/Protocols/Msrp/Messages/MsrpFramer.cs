using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

public enum MsrpPieceKind : byte
{
    /// <summary>Nothing more yet.</summary>
    None,

    /// <summary>A message begins.</summary>
    Head,

    /// <summary>Some bytes of its body.</summary>
    Body,

    /// <summary>It has ended.</summary>
    End,

    /// <summary>The stream cannot be understood: close it. Nothing more comes.</summary>
    Broken,
}

/// <param name="Body">Valid until the framer is called again.</param>
public readonly record struct MsrpPiece(MsrpPieceKind Kind, MsrpHead? Head = null, ReadOnlyMemory<byte> Body = default, MsrpFlag Flag = default);

/// <summary>
/// Cuts a stream into heads, bytes of bodies and ends (RFC 4975 sections 5.1 and 7). Bodies are handed on as they come, so that
/// nothing but a head and one end line is ever held; however the stream is cut, heads, bodies and ends are the same. An end is the
/// line of this very transaction at the start of a line; whatever looks like one is data (attack TM-03).
/// </summary>
public sealed class MsrpFramer
{
    private const int MostAtOnce = 64 * 1024;
    private byte[] _held = [];
    private int _start;
    private int _end;
    private int _searched;
    private MsrpHead? _head;
    private byte[] _mark = [];
    private State _state = State.Head;
    private MsrpFlag _flag;
    private Instant _since = Instant.Never;
    private Instant _now;

    private enum State : byte { Head, BodyStart, Body, End, Broken }

    /// <summary>When the head that has begun must be whole.</summary>
    public Instant Deadline => _since == Instant.Never ? Instant.Never : _since + MsrpLimits.Patience;

    /// <summary>Bytes held.</summary>
    public int Held => _end - _start;

    /// <summary>How many more bytes <see cref="Append"/> takes; never 0 while <see cref="TryTake"/> has nothing.</summary>
    public int Room => _state == State.Broken ? 0 : MostAtOnce + MsrpLimits.MaxHead - Held;

    /// <summary>Adds received bytes; then call <see cref="TryTake"/> until it has none. Bytes beyond <see cref="Room"/> break the stream.</summary>
    public void Append(Instant now, ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Broken || bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length > Room)
        {
            _state = State.Broken;
            return;
        }

        MakeRoom(bytes.Length);
        bytes.CopyTo(_held.AsSpan(_end));
        _end += bytes.Length;
        _now = now;
        _since = _state == State.Head && _since == Instant.Never ? now : _since;
    }

    /// <summary>Takes the next piece.</summary>
    public MsrpPiece TryTake() => _state switch
    {
        State.Head => TakeHead(),
        State.BodyStart => TakeEmptyBody(),
        State.Body => TakeBody(),
        State.End => TakeEnd(),
        _ => default,
    };

    private MsrpPiece TakeHead()
    {
        while (true)
        {
            var line = _held.AsSpan(_start + _searched, Held - _searched);
            var length = line.IndexOf("\r\n"u8);
            if ((length < 0 ? Held : _searched + length + 2) > MsrpLimits.MaxHead)
            {
                return Break();
            }

            if (length < 0)
            {
                return default;
            }

            _searched += length + 2;
            if (TakeLine(line[..length]) is { } piece)
            {
                return piece;
            }
        }
    }

    /// <returns>Null while the head goes on.</returns>
    private MsrpPiece? TakeLine(ReadOnlySpan<byte> line)
    {
        if (_head is null)
        {
            if (!MsrpHead.TryBegin(line, out _head))
            {
                return Break();
            }

            _mark = Encoding.ASCII.GetBytes("\r\n-------" + _head.TransactionId);
            return null;
        }

        if (line.IsEmpty)
        {
            return EndHead(hasBody: true);
        }

        if (line.Length == _mark.Length - 1 && line.StartsWith(_mark.AsSpan(2)) && TryReadFlag(line[^1], out _flag))
        {
            return EndHead(hasBody: false);
        }

        _head.Add(line);
        return null;
    }

    private MsrpPiece EndHead(bool hasBody)
    {
        _head!.End(hasBody);
        _start += _searched;
        _searched = 0;
        _since = Instant.Never;
        _state = hasBody ? State.BodyStart : State.End;
        return new MsrpPiece(MsrpPieceKind.Head, _head);
    }

    /// <summary>Some write the end line where the body would begin: the start of the body is the start of a line too.</summary>
    private MsrpPiece TakeEmptyBody()
    {
        var body = _held.AsSpan(_start, Held);
        var line = _mark.AsSpan(2);
        var known = Math.Min(body.Length, line.Length);
        if (!body[..known].SequenceEqual(line[..known]))
        {
            _state = State.Body;
            return TakeBody();
        }

        if (body.Length < line.Length + 3)
        {
            return default;
        }

        if (!IsEnd(body[line.Length..]))
        {
            _state = State.Body;
            return TakeBody();
        }

        _start += line.Length + 3;
        return TakeEnd();
    }

    private MsrpPiece TakeBody()
    {
        var body = _held.AsSpan(_start, Held);
        var from = 0;
        while (body[from..].IndexOf(_mark) is var found and >= 0)
        {
            var at = from + found;
            var rest = body[(at + _mark.Length)..];
            if (rest.Length < 3 && MayBecomeEnd(rest))
            {
                return GiveBody(at);
            }

            if (IsEnd(rest))
            {
                if (at > 0)
                {
                    return GiveBody(at);
                }

                _start += _mark.Length + 3;
                return TakeEnd();
            }

            from = at + 2;
        }

        return GiveBody(body.Length - TailThatMayBeMark(body[from..]));
    }

    private MsrpPiece GiveBody(int length)
    {
        if (length == 0)
        {
            return default;
        }

        var piece = new MsrpPiece(MsrpPieceKind.Body, _head, _held.AsMemory(_start, length));
        _start += length;
        return piece;
    }

    private MsrpPiece TakeEnd()
    {
        var piece = new MsrpPiece(MsrpPieceKind.End, _head, default, _flag);
        _head = null;
        _searched = 0;
        _state = State.Head;
        _since = Held > 0 ? _now : Instant.Never;
        return piece;
    }

    /// <summary>How many bytes at the end may be the beginning of the mark.</summary>
    private int TailThatMayBeMark(ReadOnlySpan<byte> body)
    {
        for (var length = Math.Min(_mark.Length - 1, body.Length); length > 0; length--)
        {
            if (body[^length] == '\r' && _mark.AsSpan(0, length).SequenceEqual(body[^length..]))
            {
                return length;
            }
        }

        return 0;
    }

    private bool IsEnd(ReadOnlySpan<byte> rest) => rest.Length >= 3 && rest[1] == '\r' && rest[2] == '\n' && TryReadFlag(rest[0], out _flag);

    private static bool MayBecomeEnd(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || (TryReadFlag(rest[0], out _) && (rest.Length == 1 || rest[1] == '\r'));

    private static bool TryReadFlag(byte sign, out MsrpFlag flag)
    {
        flag = sign switch
        {
            (byte)'+' => MsrpFlag.More,
            (byte)'#' => MsrpFlag.Aborted,
            _ => MsrpFlag.Complete,
        };
        return sign is (byte)'$' or (byte)'+' or (byte)'#';
    }

    private MsrpPiece Break()
    {
        _state = State.Broken;
        _held = [];
        _start = _end = 0;
        _since = Instant.Never;
        return new MsrpPiece(MsrpPieceKind.Broken);
    }

    private void MakeRoom(int more)
    {
        if (_end + more <= _held.Length)
        {
            return;
        }

        var held = Held;
        var target = held + more <= _held.Length ? _held : new byte[Math.Max(4096, (held + more) * 2)];
        _held.AsSpan(_start, held).CopyTo(target);
        _held = target;
        _start = 0;
        _end = held;
    }
}
