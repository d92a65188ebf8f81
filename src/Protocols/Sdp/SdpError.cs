namespace Sylk.Conference.Protocols.Sdp;

public enum SdpErrorCode
{
    None,

    /// <summary>More than <see cref="SdpLimits.MaxBytes"/>.</summary>
    TooLong,
    TooManyLines,
    TooManySections,
    TooManyCandidates,
    TooManyFormats,
    InvalidUtf8,

    /// <summary>A NUL, or a carriage return that does not end a line.</summary>
    InvalidCharacter,

    /// <summary>Not of the form <c>x=value</c>, or with a letter nobody defined.</summary>
    InvalidLine,

    /// <summary>A line that may not stand at this level, or stands twice.</summary>
    MisplacedLine,
    InvalidVersion,
    InvalidOrigin,
    InvalidConnection,
    InvalidBandwidth,
    InvalidTiming,
    InvalidMedia,
    InvalidAttribute,

    /// <summary><c>v=</c>, <c>o=</c> or <c>s=</c> is missing.</summary>
    MissingLine,
}

/// <summary>Why a description was refused. <see cref="Line"/> counts from 1; 0 when the whole text is at fault.</summary>
public readonly record struct SdpError(SdpErrorCode Code, int Line);
