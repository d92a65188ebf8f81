namespace Sylk.Conference.Rooms;

/// <summary>The operator's wishes for files (product §15, limit L19); asked at every decision, because they can change.</summary>
/// <param name="MaxBytes">Of one file.</param>
/// <param name="Retention">How long a file stays; null: as long as the session.</param>
public sealed record FileSettings(bool Enabled, long MaxBytes, TimeSpan? Retention)
{
    /// <summary>Octets of all files of a room, those on their way included.</summary>
    public const long MaxRoomBytes = 1L << 30;

    public const int MaxUnfinishedPerSender = 3;
    public const int MaxNameBytes = 255;
    public const int MaxTypeLength = 127;

    /// <summary>An upload that does not end is forgotten.</summary>
    public static readonly TimeSpan UploadPatience = TimeSpan.FromHours(1);

    public static readonly FileSettings Default = new(true, 104_857_600, null);
}
