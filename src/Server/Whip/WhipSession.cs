using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Whip;

/// <summary>
/// One HTTP media session. Its name is the secret that lets its owner change or end it; the room knows the secret's fingerprint, so
/// every node can tell whose it is and none keeps anything of it.
/// </summary>
internal sealed record WhipSession(string Id, string Room, string ParticipantId, PeerKind Kind)
{
    /// <summary>What is shown to the room: a publisher's resource is no player's.</summary>
    public static string KeyOf(PeerKind kind, string id) => kind == PeerKind.Whip ? $"whip {id}" : $"whep {id}";

    /// <returns>Null when the room has nobody with this resource.</returns>
    public static async ValueTask<WhipSession?> FindAsync(IRoomGrain room, PeerKind kind, string? id) =>
        Ids.IsSecret(id) && await room.HolderOf(KeyOf(kind, id)) is { } holder ? new(id, room.GetPrimaryKeyString(), holder, kind) : null;

    /// <summary>Names the ICE session, so it changes with every restart (RFC 9725 section 4.3.1).</summary>
    public string ETagOf(int sequence) => $"\"{sequence}-{Id[..8]}\"";
}
