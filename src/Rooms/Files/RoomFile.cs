namespace Sylk.Conference.Rooms;

/// <summary>A file as its room keeps it. Listed means it can be fetched, whole (reliability §6).</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomFile")]
public sealed record RoomFile
{
    /// <summary><c>fl_…</c>; also the name of its content in storage.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>As its owner called it: data, never a path.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Octets.</summary>
    [Id(2)] public required long Size { get; init; }
    [Id(3)] public required string ContentType { get; init; }
    [Id(4)] public required ChatSender From { get; init; }

    /// <summary>When it was announced; once it is listed, since when.</summary>
    [Id(5)] public required DateTimeOffset Timestamp { get; init; }

    /// <summary>True when all of it is here.</summary>
    [Id(6)] public bool Listed { get; init; }

    /// <summary>Hex. What the sender promised, or what arrived; null when it is not known yet.</summary>
    [Id(7)] public string? Sha256 { get; init; }

    /// <summary>Of the secret in the upload's address.</summary>
    [Id(8)] public string UploadKeyFingerprint { get; init; } = "";

    public SharedFile Describe() => new(Id, Name, Size, ContentType, From, Timestamp);
}
