using System.Buffers;
using System.Security.Cryptography;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Files;

/// <summary>Files in a folder, one per id, spread over subfolders by the last two characters.</summary>
internal sealed class DiskFiles : IFileContent
{
    private const int BufferSize = 64 * 1024;
    private const long LeastFree = 1L << 30;
    private const double LeastFreeShare = 0.05;

    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly string _root;

    public DiskFiles(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
    }

    public Task<long> LengthAsync(string id, CancellationToken cancellation = default)
    {
        var file = new FileInfo(PathOf(id));
        return Task.FromResult(file.Exists ? file.Length : 0);
    }

    public async Task<FileWrite> AppendAsync(string id, long offset, long size, Stream content, CancellationToken cancellation = default)
    {
        if (IsFull(size - offset))
            return FileWrite.NoSpace;
        var path = PathOf(id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (IOException)
        {
            // Somebody else is writing this very file: two uploads of one file are one too many.
            return FileWrite.OutOfPlace;
        }
        await using (file)
        {
            if (file.Length != offset)
                return FileWrite.OutOfPlace;
            file.Position = offset;
            var written = await CopyAsync(content, file, size - offset, cancellation);
            file.Flush(flushToDisk: true);
            return written;
        }
    }

    public async Task<string> HashAsync(string id, CancellationToken cancellation = default)
    {
        await using var file = File.OpenRead(PathOf(id));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    public Task<Stream?> OpenAsync(string id, CancellationToken cancellation = default)
    {
        var path = PathOf(id);
        return Task.FromResult<Stream?>(File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.Asynchronous)
            : null);
    }

    public Task DeleteAsync(string id, CancellationToken cancellation = default)
    {
        var path = PathOf(id);
        if (File.Exists(path))
            File.Delete(path);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyCollection<string>> AllAsync(CancellationToken cancellation = default) => Task.FromResult<IReadOnlyCollection<string>>(
        [.. Directory.EnumerateFiles(_root, Ids.File + "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))]);

    private static async Task<FileWrite> CopyAsync(Stream from, FileStream to, long most, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            int read;
            try
            {
                read = await from.ReadAsync(buffer, cancellation);
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException)
            {
                // The sender has gone: what came stays, and it may go on later.
                return FileWrite.Written;
            }
            if (read == 0)
                return FileWrite.Written;
            if (read > most)
                return FileWrite.TooLong;
            most -= read;
            await to.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
        }
    }

    private bool IsFull(long coming)
    {
        var disk = new DriveInfo(_root);
        return disk.AvailableFreeSpace - coming < Math.Max(LeastFree, disk.TotalSize * LeastFreeShare);
    }

    /// <summary>Ids are ours; one that is not made of our letters is somebody's attempt.</summary>
    private string PathOf(string id) => id.Length > 8 && id.StartsWith(Ids.File, StringComparison.Ordinal) && id.AsSpan(Ids.File.Length).IndexOfAnyExcept(Letters) < 0
        ? Path.Combine(_root, id[^2..], id)
        : throw new ArgumentException("not an id of a file", nameof(id));
}
