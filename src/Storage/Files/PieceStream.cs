namespace Sylk.Conference.Storage;

internal sealed record Piece(long Offset, byte[] Octets);

/// <summary>Reads what is kept in pieces, one of them in memory at a time. Asynchronous only; ends early where a piece has gone meanwhile.</summary>
/// <param name="length">Octets of all pieces.</param>
/// <param name="fetch">Gives the piece a position lies in, or one before it; null when there is none.</param>
internal sealed class PieceStream(long length, Func<long, CancellationToken, Task<Piece?>> fetch) : Stream
{
    private Piece? _piece;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
            return 0;
        if (Here(_piece).IsEmpty)
            _piece = await fetch(_position, cancellationToken).ConfigureAwait(false);
        var here = Here(_piece);
        var taken = Math.Min(here.Length, buffer.Length);
        here[..taken].CopyTo(buffer);
        _position += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>The piece from the position on; empty when the position does not lie in it.</summary>
    private ReadOnlyMemory<byte> Here(Piece? piece) =>
        piece is not null && _position >= piece.Offset && _position < piece.Offset + piece.Octets.Length
            ? piece.Octets.AsMemory((int)(_position - piece.Offset))
            : default;
}
