using System.Collections.Concurrent;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>A file of a room as far as this node has heard of it.</summary>
/// <param name="RoomKey">Of the room: <see cref="FileKeys"/>; empty where only the room itself was asked.</param>
internal sealed record ShelvedFile(string Room, SharedFile File, string RoomKey);

/// <summary>
/// What can be fetched over MSRP (rule MSRP-FT-5): files that somebody here has been told of. Their SHA-1 is known where they came this
/// way; others are found by name and size. Whether the asker may have it the room decides later.
/// </summary>
internal sealed class RoomShelf
{
    private const int Most = 4_096;

    private readonly ConcurrentDictionary<string, ShelvedFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);

    public void Put(ShelvedFile file)
    {
        if (_files.Count < Most || _files.ContainsKey(file.File.Id))
            _files[file.File.Id] = file;
    }

    public void Hash(string fileId, byte[] sha1)
    {
        if (_hashes.Count < Most)
            _hashes[fileId] = sha1;
    }

    public void Remove(string fileId)
    {
        _files.TryRemove(fileId, out _);
        _hashes.TryRemove(fileId, out _);
    }

    public ShelvedFile? Get(string fileId) => _files.GetValueOrDefault(fileId);

    public byte[]? HashOf(string fileId) => _hashes.GetValueOrDefault(fileId);

    /// <summary>By hash, else by name and size; null when there is none, or the selector says neither.</summary>
    public ShelvedFile? Find(string room, MsrpFileSelector wanted) => wanted switch
    {
        { Sha1: { } sha1 } => Of(room).FirstOrDefault(one => HashOf(one.File.Id) is { } known && known.AsSpan().SequenceEqual(sha1)),
        { Name: { } name, Size: { } size } => Of(room).LastOrDefault(one => one.File.Name == name && one.File.Size == size),
        _ => null,
    };

    private IEnumerable<ShelvedFile> Of(string room) => _files.Values.Where(one => one.Room == room).OrderBy(one => one.File.Timestamp);
}
