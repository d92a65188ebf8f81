namespace Sylk.Conference.Audio.Mixing;

/// <summary>The sums that several listeners can have in common.</summary>
internal enum HeardSum : byte
{
    /// <summary>In the lobby: prompts only.</summary>
    Silence,

    /// <summary>In the lobby with music.</summary>
    LobbyMusic,

    /// <summary>In the room with music: announcements come over it.</summary>
    Music,

    /// <summary>Everybody in the room.</summary>
    Room,
}
