using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>Protection profiles by their DTLS <c>use_srtp</c> number (RFC 5764 §4.1.2, RFC 7714 §14.2).</summary>
public enum SrtpProfile : ushort
{
    [SuppressMessage("Naming", "CA1707", Justification = "The name the registry gives it")]
    Aes128CmSha1_80 = 0x0001,

    /// <summary>For SDES only (RFC 4568 section 6.2): short tags on RTP, whole ones on RTCP.</summary>
    [SuppressMessage("Naming", "CA1707", Justification = "The name the registry gives it")]
    Aes128CmSha1_32 = 0x0002,
    AeadAes128Gcm = 0x0007,
    AeadAes256Gcm = 0x0008,
}

/// <summary>Sizes in bytes that follow from a profile.</summary>
public static class SrtpProfileSizes
{
    private const int RtcpIndexLength = 4;

    extension(SrtpProfile profile)
    {
        public bool IsAead => profile is SrtpProfile.AeadAes128Gcm or SrtpProfile.AeadAes256Gcm;

        public int KeyLength => profile == SrtpProfile.AeadAes256Gcm ? 32 : 16;

        public int SaltLength => profile.IsAead ? 12 : 14;

        /// <summary>Of RTP.</summary>
        public int TagLength => profile.IsAead ? 16 : profile == SrtpProfile.Aes128CmSha1_32 ? 4 : 10;

        public int RtcpTagLength => profile.IsAead ? 16 : 10;

        /// <summary>What SRTCP adds to a packet: the tag and the word of encryption flag and index.</summary>
        public int RtcpOverhead => profile.RtcpTagLength + RtcpIndexLength;

        /// <summary>Bytes to export from DTLS: two keys, then two salts (RFC 5764 §4.2).</summary>
        public int KeyingMaterialLength => 2 * (profile.KeyLength + profile.SaltLength);
    }
}
