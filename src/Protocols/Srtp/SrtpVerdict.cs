namespace Sylk.Conference.Protocols.Srtp;

/// <summary>What became of one received packet. Only <see cref="Accepted"/> changes any state.</summary>
public enum SrtpVerdict : byte
{
    Accepted,

    /// <summary>Shorter than its own header, tag and trailer.</summary>
    TooShort,

    /// <summary>This index was accepted before.</summary>
    Replayed,

    /// <summary>Behind the replay window, or before the first index there can be.</summary>
    TooOld,

    /// <summary>The tag does not fit; the buffer's payload is not to be used.</summary>
    AuthenticationFailed,
}
