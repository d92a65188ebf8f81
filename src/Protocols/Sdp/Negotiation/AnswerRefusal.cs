namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Why an offer cannot be answered at all.</summary>
public enum AnswerRefusal
{
    None,

    /// <summary>No section, or none with a port.</summary>
    NoMedia,

    /// <summary>Several sections and no BUNDLE group: we have one transport.</summary>
    NoBundle,

    /// <summary>The group names a section that is not there, or one twice.</summary>
    InvalidBundle,
    MissingMid,
    DuplicateMid,
    NoRtcpMux,

    /// <summary>None of SHA-256 or better.</summary>
    NoFingerprint,
    NoIceCredentials,

    /// <summary>One extension id stands for two URIs within the bundle (RFC 9143 §7.1.1, RFC 8285 §6).</summary>
    ExtensionIdConflict,

    /// <summary>The offer says <c>holdconn</c>, so there would be no transport.</summary>
    NoConnection,

    /// <summary>The caller decided about another number of sections than were offered.</summary>
    SectionCountMismatch,
}
