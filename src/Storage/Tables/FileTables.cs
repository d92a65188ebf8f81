namespace Sylk.Conference.Storage;

/// <summary>A shared file. Listed only when complete.</summary>
public sealed class FileRow
{
    public required string Id { get; set; }
    public required string Room { get; set; }
    public required string Name { get; set; }
    public long Size { get; set; }
    public required string ContentType { get; set; }

    /// <summary>Hexadecimal; null until it is known.</summary>
    public string? Sha256 { get; set; }
    public required string OwnerId { get; set; }
    public required string OwnerIdentity { get; set; }
    public required string OwnerName { get; set; }
    public long Received { get; set; }
    public bool Complete { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>A part of a file, where nodes share a database and no disk.</summary>
public sealed class FileChunkRow
{
    public required string FileId { get; set; }
    public long Offset { get; set; }
    public required byte[] Bytes { get; set; }
}
