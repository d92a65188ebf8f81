namespace Sylk.Conference.Rooms;

/// <param name="Key">The room's, for the doors; no client sees it.</param>
[GenerateSerializer, Immutable, Alias("sylk.FileAppeared")]
public sealed record FileAppeared(long Rev, [property: Id(0)] SharedFile File, [property: Id(1)] string Key, [property: Id(2)] string Room)
    : FeedItem(Rev);

/// <param name="By">Who removed it; null when its time was over.</param>
[GenerateSerializer, Immutable, Alias("sylk.FileVanished")]
public sealed record FileVanished(long Rev, [property: Id(0)] string FileId, [property: Id(1)] string? By) : FeedItem(Rev);

/// <summary>What arrived is not what was promised: the sender should try again.</summary>
[GenerateSerializer, Immutable, Alias("sylk.UploadFailed")]
public sealed record UploadFailed(long Rev, string Recipient, [property: Id(0)] string FileId) : Word(Rev, Recipient);
