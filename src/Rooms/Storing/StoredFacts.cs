using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>The kinds of facts a room's row holds, by the first part of their key.</summary>
internal static class EntryKeys
{
    public const string Session = RoomEntry.Session;
    public const string Media = "media";
    public const string Spotlight = "spotlight";
    public const string FilesKey = "files";
    public const string Seat = "seat/";
    public const string Tracks = "tracks/";
    public const string Waiter = "wait/";
    public const string Known = "known/";
    public const string Suspect = "suspect/";
    public const string SessionBan = "out/";
    public const string Ban = "ban/";
    public const string Void = "void/";
    public const string Invite = "invite/";
    public const string File = RoomEntry.File;

    /// <summary>What goes when a session ends.</summary>
    public static readonly ImmutableArray<string> OfSession = [Session, Spotlight, Seat, Tracks, Waiter, Known, Suspect, SessionBan];

    /// <summary>What stays when the room itself is forgotten, so that ending a room undoes no removal.</summary>
    public static readonly ImmutableArray<string> Lasting = [Ban, Void];

    /// <summary>Identities are of any length and hold any character: their digest is the key.</summary>
    public static string Of(string kind, string identity) => kind + Ids.Fingerprint(identity);
}

/// <summary>The session that lasts. The next arrival's number is <paramref name="Arrivals"/>.</summary>
internal sealed record StoredSession(string Id, DateTimeOffset StartedAt, long Arrivals, int MostAtOnce);

/// <summary>Which node carried the media last, and under which decision; no node: nobody was inside.</summary>
internal sealed record StoredHome(string? Node, long Epoch);

internal sealed record StoredBan(string Identity, DateTimeOffset? Until);

internal sealed record StoredVoid(string Identity, DateTimeOffset Before);
