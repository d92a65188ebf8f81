using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>A file of a room as it is fetched.</summary>
/// <param name="RoomKey">Of the room: <see cref="FileKeys"/>; empty where nobody here has been told of the file.</param>
internal sealed record ShelvedFile(string Room, SharedFile File, string RoomKey);

/// <summary>
/// What this node knows of files beyond what their room says (rule MSRP-FT-5): the key they are read with, where somebody here has been told
/// of them, and their SHA-1, where it has been made. Of the latest that many; which files there are only the room knows.
/// </summary>
internal sealed class RoomShelf
{
    private const int Most = 4_096;

    private readonly RecentMap<string, string> _keys = new(Most);
    private readonly RecentMap<string, byte[]> _hashes = new(Most);

    public void Put(string fileId, string roomKey) => _keys.Put(fileId, roomKey);

    public void Hash(string fileId, byte[] sha1) => _hashes.Put(fileId, sha1);

    /// <returns>Empty when it is not known.</returns>
    public string KeyOf(string fileId) => _keys.TryGet(fileId, out var key) ? key : "";

    public byte[]? HashOf(string fileId) => _hashes.TryGet(fileId, out var sha1) ? sha1 : null;
}
