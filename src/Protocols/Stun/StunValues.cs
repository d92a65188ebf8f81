namespace Sylk.Conference.Protocols.Stun;

public enum StunClass : byte { Request, Indication, Success, Error }

public enum StunMethod : ushort { Binding = 1 }

/// <summary>Why a datagram is not a STUN message we read.</summary>
public enum StunError : byte
{
    None, TooShort, TooLong, NotStun, BadCookie, BadLength, TooManyAttributes, AttributeBeyondEnd, BadAttributeLength, AttributeAfterFingerprint,
}

/// <summary>Attribute types of RFC 8489, RFC 8445 and the nomination counter libwebrtc uses.</summary>
public enum StunAttribute : ushort
{
    MappedAddress = 0x0001, Username = 0x0006, MessageIntegrity = 0x0008, ErrorCode = 0x0009, UnknownAttributes = 0x000A,
    Realm = 0x0014, Nonce = 0x0015, MessageIntegritySha256 = 0x001C, PasswordAlgorithm = 0x001D, UserHash = 0x001E,
    XorMappedAddress = 0x0020, Priority = 0x0024, UseCandidate = 0x0025,
    Software = 0x8022, AlternateServer = 0x8023, Fingerprint = 0x8028, IceControlled = 0x8029, IceControlling = 0x802A,
    Nomination = 0xC001,
}

/// <summary>Sizes and constants of the wire format.</summary>
internal static class StunFormat
{
    public const int HeaderSize = 20;
    public const int AttributeHeaderSize = 4;
    public const int IntegritySize = 20;
    public const int FingerprintSize = 4;
    public const uint Cookie = 0x2112_A442;
    public const uint FingerprintMask = 0x5354_554E;

    /// <summary>L2: the longest message and the most attributes that are read.</summary>
    public const int MaxMessage = 548;
    public const int MaxAttributes = 32;
}
