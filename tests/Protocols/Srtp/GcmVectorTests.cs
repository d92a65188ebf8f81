using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

/// <summary>RFC 7714 §16 and §17. The RFC gives session keys, so these bypass derivation.</summary>
public class GcmVectorTests
{
    private const string Header = "8040f17b 8041f8d3 5501a0b2";
    private const string Plain = Header + "47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573";
    private const string PlainRtcpHex =
        "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef";

    private const uint RtcpIndex = 0x5d4;

    // §16.1.1 and §16.2.1.
    public static TheoryData<SrtpProfile, string> SealedRtp => new()
    {
        {
            SrtpProfile.AeadAes128Gcm,
            "f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833"
            + "899d7f27 beb16a91 52cf765e e4390cce"
        },
        {
            SrtpProfile.AeadAes256Gcm,
            "32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b"
            + "7aa3db36 dfffd6b0 f9bb7878 d7a76c13"
        },
    };

    // §16.1.3 and §16.2.3.
    public static TheoryData<SrtpProfile, string> TaggedRtp => new()
    {
        { SrtpProfile.AeadAes128Gcm, "22493f82 d2bce397 e9d79e3b 19aa4216" },
        { SrtpProfile.AeadAes256Gcm, "a866d591 0f887463 067ceefe c45215d4" },
    };

    // §17.1 and §17.2.
    public static TheoryData<SrtpProfile, string> SealedRtcp => new()
    {
        {
            SrtpProfile.AeadAes128Gcm,
            "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded"
            + "0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4"
        },
        {
            SrtpProfile.AeadAes256Gcm,
            "81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047"
            + "6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4"
        },
    };

    // §17.3 and §17.4.
    public static TheoryData<SrtpProfile, string> TaggedRtcp => new()
    {
        { SrtpProfile.AeadAes128Gcm, "841dd968 3dd78ec9 2ae58790 125f62b3" },
        { SrtpProfile.AeadAes256Gcm, "91db4afb feee5a97 8fab4393 ed2615fe" },
    };

    [Theory(DisplayName = "V-05 RFC 7714 §16 encrypted RTP, both ways")]
    [MemberData(nameof(SealedRtp))]
    public void Encrypted_rtp(SrtpProfile profile, string text)
    {
        var expected = Hex(Header + text);
        using var sender = new SrtpSender(profile, Keys(profile));
        Assert.Equal(expected, Protect(sender, Hex(Plain), rolloverCounter: 0));

        using var receiver = new SrtpReceiver(profile, Keys(profile));
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, expected, out var plain, out var index));
        Assert.Equal(Hex(Plain), plain);
        Assert.Equal(0xf17b, index);
    }

    [Theory(DisplayName = "V-05 RFC 7714 §16 tagged RTP: everything is header")]
    [MemberData(nameof(TaggedRtp))]
    public void Tagged_rtp(SrtpProfile profile, string tag)
    {
        var length = Hex(Plain).Length;
        using var sender = new SrtpSender(profile, Keys(profile));
        Assert.Equal(Hex(Plain + tag), Protect(sender, Hex(Plain), 0, headerLength: length));

        using var receiver = new SrtpReceiver(profile, Keys(profile));
        var verdict = receiver.Unprotect(Hex(Plain + tag), length, Ssrc, 0xf17b, out var plainLength, out _);
        Assert.Equal((SrtpVerdict.Accepted, length), (verdict, plainLength));
    }

    [Theory(DisplayName = "V-05 RFC 7714 §17 encrypted RTCP, both ways")]
    [MemberData(nameof(SealedRtcp))]
    public void Encrypted_rtcp(SrtpProfile profile, string packet)
    {
        using var sender = new SrtpSender(profile, Keys(profile), RtcpIndex);
        Assert.Equal(Hex(packet), ProtectRtcp(sender, Hex(PlainRtcpHex)));

        using var receiver = new SrtpReceiver(profile, Keys(profile));
        Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, Hex(packet), out var plain));
        Assert.Equal(Hex(PlainRtcpHex), plain);
    }

    [Theory(DisplayName = "V-05 RFC 7714 §17 RTCP in the clear but tagged is accepted; under a changed index or flag it is not")]
    [MemberData(nameof(TaggedRtcp))]
    public void Tagged_rtcp(SrtpProfile profile, string tag)
    {
        using var receiver = new SrtpReceiver(profile, Keys(profile));
        Assert.Equal(SrtpVerdict.AuthenticationFailed, ReceiveRtcp(receiver, Hex(PlainRtcpHex + tag + "000005d5"), out _));
        Assert.Equal(SrtpVerdict.AuthenticationFailed, ReceiveRtcp(receiver, Hex(PlainRtcpHex + tag + "800005d4"), out _));
        Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, Hex(PlainRtcpHex + tag + "000005d4"), out var plain));
        Assert.Equal(Hex(PlainRtcpHex), plain);
    }

    private static SrtpSessionKeys Keys(SrtpProfile profile) => new()
    {
        RtpKey = Sequence(profile.KeyLength),
        RtpSalt = "Quid pro quo"u8.ToArray(),
        RtpAuthentication = [],
        RtcpKey = Sequence(profile.KeyLength),
        RtcpSalt = "Quid pro quo"u8.ToArray(),
        RtcpAuthentication = [],
    };

    private static byte[] Sequence(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
