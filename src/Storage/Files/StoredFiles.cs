using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Octets of files in the database, in pieces: where several nodes share it and no disk, each of them serves each file.</summary>
public sealed class StoredFiles(StoreAccess store) : IFileContent
{
    /// <summary>Octets of a piece at most: what one upload or one download holds in memory.</summary>
    public const int PieceSize = 256 * 1024;

    public Task<long> LengthAsync(string id, CancellationToken cancellation = default) => store.DoAsync(
        async context => await LastAsync(context, id, cancellation).ConfigureAwait(false) is { } last ? last.Offset + last.Length : 0, cancellation);

    public async Task<FileWrite> AppendAsync(string id, long offset, long size, Stream content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (await LengthAsync(id, cancellation).ConfigureAwait(false) != offset)
            return FileWrite.OutOfPlace;
        var buffer = new byte[PieceSize];
        while (true)
        {
            var (read, isOver) = await FillAsync(content, buffer, cancellation).ConfigureAwait(false);
            if (read > size - offset)
                return FileWrite.TooLong;
            if (read > 0 && await AddAsync(id, offset, buffer.AsSpan(0, read).ToArray()).ConfigureAwait(false) is { } refused)
                return refused;
            if (isOver)
                return FileWrite.Written;
            offset += read;
        }
    }

    public async Task<string> HashAsync(string id, CancellationToken cancellation = default)
    {
        var content = await OpenAsync(id, cancellation).ConfigureAwait(false) ?? throw new FileNotFoundException("there is no such content", id);
        await using var _ = content.ConfigureAwait(false);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation).ConfigureAwait(false));
    }

    public async Task<Stream?> OpenAsync(string id, CancellationToken cancellation = default)
    {
        var length = await LengthAsync(id, cancellation).ConfigureAwait(false);
        return length == 0 ? null : new PieceStream(length, (position, stop) => PieceAsync(id, position, stop));
    }

    public Task DeleteAsync(string id, CancellationToken cancellation = default) => store.DoAsync(
        context => context.FileChunks.Where(piece => piece.FileId == id).ExecuteDeleteAsync(cancellation), cancellation);

    public async Task<IReadOnlyCollection<string>> AllAsync(CancellationToken cancellation = default) => await store.DoAsync(
        context => context.FileChunks.Where(piece => piece.Offset == 0).Select(piece => piece.FileId).ToListAsync(cancellation), cancellation).ConfigureAwait(false);

    /// <summary>As much as there is, up to a whole piece. Over too when the sender breaks off: what came stays, and it may go on later.</summary>
    private static async Task<(int Read, bool IsOver)> FillAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        var read = 0;
        try
        {
            while (read < buffer.Length)
            {
                var more = await content.ReadAsync(buffer.AsMemory(read), cancellation).ConfigureAwait(false);
                if (more == 0)
                    return (read, true);
                read += more;
            }
            return (read, false);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return (read, true);
        }
    }

    /// <returns>Null when the piece is kept.</returns>
    private async Task<FileWrite?> AddAsync(string id, long offset, byte[] octets)
    {
        try
        {
            return await store.DoAsync<FileWrite?>(
                async context =>
                {
                    context.FileChunks.Add(new FileChunkRow { FileId = id, Offset = offset, Bytes = octets });
                    await context.SaveChangesAsync(CancellationToken.None).ConfigureAwait(false);
                    return null;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (DbUpdateException problem) when (StoreAccess.IsDuplicate(problem))
        {
            // Somebody else is writing this very file: two uploads of one file are one too many.
            return FileWrite.OutOfPlace;
        }
        catch (DbUpdateException problem) when (problem.InnerException is PostgresException { SqlState: PostgresErrorCodes.DiskFull })
        {
            return FileWrite.NoSpace;
        }
    }

    private Task<Piece?> PieceAsync(string id, long position, CancellationToken cancellation) => store.DoAsync(
        context => context.FileChunks.AsNoTracking().Where(piece => piece.FileId == id && piece.Offset <= position).OrderByDescending(piece => piece.Offset)
            .Select(piece => (Piece?)new Piece(piece.Offset, piece.Bytes)).FirstOrDefaultAsync(cancellation),
        cancellation);

    private static Task<PieceEnd?> LastAsync(StorageContext context, string id, CancellationToken cancellation) =>
        context.FileChunks.Where(piece => piece.FileId == id).OrderByDescending(piece => piece.Offset)
            .Select(piece => new PieceEnd(piece.Offset, piece.Bytes.Length)).FirstOrDefaultAsync(cancellation);

    private sealed record PieceEnd(long Offset, int Length);
}
