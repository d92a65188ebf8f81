namespace Sylk.Conference.Protocols.Msrp;

/// <summary>What gives way first when the other end does not keep up (RFC 7701 section 6.4).</summary>
public enum MsrpWeight : byte { Composing, Notice, Line, Data }

/// <summary>A message on its way out. Its content is here from the start, or is fed as it goes.</summary>
public sealed class MsrpOutgoing
{
    private readonly Queue<ReadOnlyMemory<byte>> _fed = new();
    private readonly ReadOnlyMemory<byte> _content;
    private int _fedBytes;

    /// <summary>Of the piece in front, gone out already.</summary>
    private int _taken;

    /// <summary>All of it is here.</summary>
    public MsrpOutgoing(string id, string contentType, ReadOnlyMemory<byte> content)
    {
        (Id, ContentType, Length, First, _content) = (id, contentType, content.Length, 0, content);
        Feed(content);
    }

    /// <summary>Bytes follow by <see cref="Feed"/>.</summary>
    /// <param name="first">Offset of the first byte that is sent at all.</param>
    public MsrpOutgoing(string id, string contentType, long length, long first)
    {
        (Id, ContentType, Length, First, Sent) = (id, contentType, length, first, first);
        IsStream = true;
    }

    public string Id { get; }

    public string ContentType { get; }

    /// <summary>Bytes of the whole message.</summary>
    public long Length { get; }

    /// <summary>Where sending began, from 0.</summary>
    public long First { get; }

    public MsrpWeight Weight { get; init; } = MsrpWeight.Line;

    /// <summary>The owner's own.</summary>
    public object? Tag { get; init; }

    /// <summary>Its reader is to say by REPORT that all of it arrived: through a relay the response says only that the relay has it.</summary>
    public bool WantsReport { get; init; }

    /// <summary>Since when it waits.</summary>
    public Instant Since { get; internal set; }

    /// <summary>Offset of the next byte to go out.</summary>
    public long Sent { get; private set; }

    internal bool IsStream { get; }

    /// <summary>A chunk is out and has not been answered.</summary>
    internal bool IsInFlight { get; set; }

    /// <summary>The other end wants no more of it.</summary>
    internal bool IsRefused { get; set; }

    internal bool HasBegun { get; private set; }

    internal bool IsAllOut => HasBegun && Sent == Length;

    /// <summary>Bytes that wait here.</summary>
    internal int Waiting => _fedBytes;

    internal bool WantsData => IsStream && !IsRefused && _fedBytes < MsrpLimits.Chunk && Sent + _fedBytes < Length;

    /// <summary>A chunk's worth is here, or the rest.</summary>
    internal bool IsReady => !IsStream || IsRefused || _fedBytes >= MsrpLimits.Chunk || Sent + _fedBytes == Length;

    /// <summary>The next bytes of a message that streams; at most what is missing counts.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes)
    {
        var wanted = (int)Math.Min(bytes.Length, Length - Sent - _fedBytes);
        if (wanted > 0)
        {
            _fed.Enqueue(bytes[..wanted]);
            _fedBytes += wanted;
        }
    }

    /// <summary>From its first byte again, because nobody knows what of it arrived; what streams cannot.</summary>
    /// <returns>False when it cannot be sent again.</returns>
    internal bool Rewind()
    {
        IsInFlight = false;
        if (IsStream || IsRefused)
        {
            return false;
        }

        _fed.Clear();
        (_fedBytes, _taken, Sent, HasBegun) = (0, 0, 0, false);
        Feed(_content);
        return true;
    }

    /// <summary>The bytes of the next chunk: all that may go uncut, or a chunk's worth.</summary>
    internal (byte[] Content, MsrpByteRange Range) Cut()
    {
        HasBegun = true;
        var isUncut = Length <= MsrpLimits.UncutChunk;
        var content = new byte[Math.Min(isUncut ? MsrpLimits.UncutChunk : MsrpLimits.Chunk, _fedBytes)];
        for (var filled = 0; filled < content.Length;)
        {
            var piece = _fed.Peek()[_taken..];
            var length = Math.Min(piece.Length, content.Length - filled);
            piece.Span[..length].CopyTo(content.AsSpan(filled));
            filled += length;
            _taken += length;
            if (length == piece.Length)
            {
                _fed.Dequeue();
                _taken = 0;
            }
        }

        var start = Sent;
        _fedBytes -= content.Length;
        Sent += content.Length;
        return (content, new MsrpByteRange(start + 1, isUncut ? Sent : null, Length));
    }
}
