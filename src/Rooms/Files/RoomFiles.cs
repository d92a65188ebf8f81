using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>The files of a room, listed ones and those on their way.</summary>
internal sealed class RoomFiles
{
    private readonly Dictionary<string, RoomFile> _files = [];

    /// <summary>In the order in which they were listed.</summary>
    public ImmutableArray<RoomFile> Listed =>
        [.. _files.Values.Where(file => file.Listed).OrderBy(file => file.Timestamp).ThenBy(file => file.Id, StringComparer.Ordinal)];

    public IEnumerable<RoomFile> All => _files.Values;

    /// <summary>Secret of this room from which download addresses are made; empty before the first file.</summary>
    public string Key { get; set; } = "";

    public long Octets => _files.Values.Sum(file => file.Size);

    public RoomFile? Find(string id) => _files.GetValueOrDefault(id);

    public int UnfinishedOf(string identity) => _files.Values.Count(file => !file.Listed && file.From.Identity == identity);

    public void Put(RoomFile file) => _files[file.Id] = file;

    public bool Remove(string id) => _files.Remove(id);

    public void Restore(StoredRoom stored)
    {
        Key = stored.FilesKey;
        foreach (var file in stored.Files)
            Put(file);
    }

    /// <summary>Files whose time is over at <paramref name="now"/>.</summary>
    public IEnumerable<RoomFile> Expired(FileSettings settings, DateTimeOffset now) =>
        _files.Values.Where(file => EndOf(file, settings) <= now);

    public DateTimeOffset? NextEnd(FileSettings settings) => _files.Values.Min(file => EndOf(file, settings));

    public void Clear()
    {
        _files.Clear();
        Key = "";
    }

    private static DateTimeOffset? EndOf(RoomFile file, FileSettings settings) =>
        file.Listed ? file.Timestamp + settings.Retention : file.Timestamp + FileSettings.UploadPatience;
}
