namespace Sylk.Conference.Protocols.Sip;

/// <summary>What one message may cost us (limit L10).</summary>
public static class SipLimits
{
    /// <summary>Bytes from the start line to the empty line.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>Bytes of one line; folded lines count one by one.</summary>
    public const int MaxLine = 8 * 1024;

    public const int MaxFields = 256;
    public const int MaxVias = 70;
    public const int MaxUri = 2 * 1024;
    public const int MaxBody = 256 * 1024;

    /// <summary>Values of one header over all its fields.</summary>
    public const int MaxListValues = 64;
    public const int MaxRoutes = 32;
    public const int MaxParts = 16;
    public const int MaxPartDepth = 3;
    public const int MaxBoundary = 70;

    /// <summary>Empty lines before a start line, bytes.</summary>
    public const int MaxLeadingBreaks = 256;

    /// <summary>How long a message on a stream may be incomplete.</summary>
    public static readonly TimeSpan StreamPatience = TimeSpan.FromSeconds(10);
}
