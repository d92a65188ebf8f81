namespace Sylk.Conference.Server.Options;

internal sealed class FilesOptions
{
    [Live]
    public bool Enabled { get; set; } = true;

    /// <summary>Limit L19, octets.</summary>
    [Live]
    [Within(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 104_857_600;

    /// <summary>How long files stay after they were sent; 0 means as long as the session.</summary>
    [Live]
    [Within(0, long.MaxValue)]
    public long RetentionMs { get; set; }
}
