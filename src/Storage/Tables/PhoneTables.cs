namespace Sylk.Conference.Storage;

/// <summary>An account, a trunk or a route of phones.</summary>
public sealed class PhoneItemRow
{
    public byte Kind { get; set; }
    public required string Id { get; set; }

    /// <summary>JSON object.</summary>
    public required string Value { get; set; }
    public long Revision { get; set; }
}
