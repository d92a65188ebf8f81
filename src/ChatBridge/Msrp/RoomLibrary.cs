using System.Security.Cryptography;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Finds a file that is asked for in the room's own list, wherever it came in (rule MSRP-FT-5). A hash that is not known yet is made from
/// the content, where this node can read it; each once.
/// </summary>
internal sealed class RoomLibrary(MsrpTools tools)
{
    /// <summary>Files read for one question.</summary>
    private const int MostHashed = 4;

    /// <summary>Questions that read at the same time; others find only what has a hash.</summary>
    private const int MostReading = 2;

    private int _reading;

    /// <returns>Null when there is none, or the selector says neither hash nor name and size.</returns>
    public async Task<ShelvedFile?> FindAsync(string room, MsrpFileSelector wanted)
    {
        if (wanted is { Sha1: null, Name: null } or { Sha1: null, Size: null })
            return null;
        var listed = (await tools.Room(room).Describe().ConfigureAwait(false)).Files;
        if (wanted.Sha1 is null)
            return listed.LastOrDefault(file => file.Name == wanted.Name && file.Size == wanted.Size) is { } named ? Of(room, named) : null;
        return await HashedAsync([.. listed.Where(file => Fits(file, wanted))], wanted.Sha1).ConfigureAwait(false) is { } found ? Of(room, found) : null;
    }

    private ShelvedFile Of(string room, SharedFile file) => new(room, file, tools.Shelf.KeyOf(file.Id));

    private static bool Fits(SharedFile file, MsrpFileSelector wanted) =>
        (wanted.Size is null || wanted.Size == file.Size) && (wanted.Name is null || wanted.Name == file.Name);

    private async Task<SharedFile?> HashedAsync(List<SharedFile> files, byte[] sha1)
    {
        foreach (var file in files.Where(file => tools.Shelf.HashOf(file.Id) is { } hash && hash.AsSpan().SequenceEqual(sha1)))
            return file;
        try
        {
            if (Interlocked.Increment(ref _reading) > MostReading)
                return null;
            foreach (var file in files.Where(file => tools.Shelf.HashOf(file.Id) is null).Reverse().Take(MostHashed))
            {
                if (await HashAsync(file).ConfigureAwait(false) is { } hash && hash.AsSpan().SequenceEqual(sha1))
                    return file;
            }
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    /// <returns>Null when its content is not where this node can read it.</returns>
    private async Task<byte[]?> HashAsync(SharedFile file)
    {
        if (tools.Parts.Files is not { } files || await files.OpenAsync(file.Id).ConfigureAwait(false) is not { } content)
            return null;
        await using (content)
        {
#pragma warning disable CA5350 // the only hash of RFC 5547
            var hash = await SHA1.HashDataAsync(content).ConfigureAwait(false);
#pragma warning restore CA5350
            tools.Shelf.Hash(file.Id, hash);
            return hash;
        }
    }
}
