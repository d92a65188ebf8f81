namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What one description may cost us.</summary>
public static class SdpLimits
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxLines = 4_000;
    public const int MaxSections = 128;

    /// <summary>Per section, and for the session level.</summary>
    public const int MaxCandidates = 64;

    /// <summary>Payload types or other formats of one <c>m=</c> line.</summary>
    public const int MaxFormats = 64;
}
