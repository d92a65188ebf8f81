namespace Sylk.Conference.Storage;

/// <summary>An address somebody has signed in as.</summary>
public sealed class AddressRow
{
    public required string Address { get; set; }

    /// <summary>The last position given in its book.</summary>
    public long Last { get; set; }
}

/// <summary>A message in the book of one address.</summary>
public sealed class AddressMessageRow
{
    public required string Owner { get; set; }
    public long Position { get; set; }
    public required string Peer { get; set; }
    public bool Outgoing { get; set; }
    public required string Id { get; set; }
    public required string FromName { get; set; }
    public required string Content { get; set; }
    public required string ContentType { get; set; }
    public required string ClientId { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Via { get; set; }

    /// <summary>Receipts the sender wants: a bit each.</summary>
    public long Wanted { get; set; }
    public byte State { get; set; }
}
