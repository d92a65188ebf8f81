namespace Sylk.Conference.Rooms;

/// <summary>Announces a file; its octets follow by another way.</summary>
[GenerateSerializer, Immutable, Alias("sylk.BeginFile")]
public sealed record BeginFile : RoomCommand
{
    /// <summary><see cref="PostChat.Api"/> for the API.</summary>
    [Id(0)] public required string ParticipantId { get; init; }

    /// <summary><c>fl_…</c>, made by the door.</summary>
    [Id(1)] public required string FileId { get; init; }
    [Id(2)] public required string? Name { get; init; }

    /// <summary>Octets.</summary>
    [Id(3)] public required long Size { get; init; }
    [Id(4)] public required string? ContentType { get; init; }

    /// <summary>Hex; checked when all is here. Null when the sender does not know.</summary>
    [Id(5)] public string? Sha256 { get; init; }
    [Id(6)] public required string UploadKeyFingerprint { get; init; }

    /// <summary>Random: becomes the room's key when it has none.</summary>
    [Id(7)] public required string FreshKey { get; init; }
}

/// <summary>All octets are here and will stay: the file is listed.</summary>
[GenerateSerializer, Immutable, Alias("sylk.CompleteFile")]
public sealed record CompleteFile([property: Id(0)] string FileId, [property: Id(1)] string Sha256) : RoomCommand;

/// <summary>Takes a file away: one's own, or as a moderator.</summary>
/// <param name="ParticipantId"><see cref="PostChat.Api"/> for the API.</param>
[GenerateSerializer, Immutable, Alias("sylk.RemoveFile")]
public sealed record RemoveFile([property: Id(0)] string ParticipantId, [property: Id(1)] string FileId) : RoomCommand;

/// <param name="ParticipantId">Who wants it; <see cref="PostChat.Api"/> for the API, which shows no key.</param>
/// <param name="Key">From the address it was given (<see cref="FileKeys"/>), or the secret of the upload.</param>
[GenerateSerializer, Immutable, Alias("sylk.FileRequest")]
public sealed record FileRequest([property: Id(0)] string FileId, [property: Id(1)] string ParticipantId, [property: Id(2)] string Key);

[GenerateSerializer, Immutable, Alias("sylk.FileOutcome")]
public sealed record FileOutcome([property: Id(0)] Refusal? Refusal, [property: Id(1)] RoomFile? File);
