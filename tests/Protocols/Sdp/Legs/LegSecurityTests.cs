using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Sdp.Legs.GivenLeg;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

public class LegSecurityTests
{
    private const string Crypto = $"a=crypto:4 {Key80}\n";
    private const string Dtls = $"a=setup:actpass\na=fingerprint:{Print}\n";

    /// <summary>What is offered; then what comes of it when protection is off, allowed and required: null is 488.</summary>
    public static TheoryData<string, string, LegSecurity?, LegSecurity?, LegSecurity?> Choices => new()
    {
        { "RTP/AVP", "", LegSecurity.Plain, LegSecurity.Plain, null },
        { "RTP/AVPF", "", LegSecurity.Plain, LegSecurity.Plain, null },
        { "RTP/AVP", Crypto, LegSecurity.Plain, LegSecurity.Sdes, LegSecurity.Sdes },
        { "RTP/AVP", Dtls, LegSecurity.Plain, LegSecurity.Dtls, LegSecurity.Dtls },
        { "RTP/AVP", Dtls + Crypto, LegSecurity.Plain, LegSecurity.Dtls, LegSecurity.Dtls },
        { "RTP/SAVP", Crypto, null, LegSecurity.Sdes, LegSecurity.Sdes },
        { "RTP/SAVPF", Crypto, null, LegSecurity.Sdes, LegSecurity.Sdes },
        { "RTP/SAVP", Dtls + Crypto, null, LegSecurity.Dtls, LegSecurity.Dtls },
        { "UDP/TLS/RTP/SAVP", Dtls, null, LegSecurity.Dtls, LegSecurity.Dtls },
        { "UDP/TLS/RTP/SAVPF", Dtls, null, LegSecurity.Dtls, LegSecurity.Dtls },
        { "UDP/TLS/RTP/SAVPF", Dtls + Crypto, null, LegSecurity.Dtls, LegSecurity.Dtls },
    };

    [Theory(DisplayName = "What comes of each offer when protection is off, allowed or required; the profile is mirrored")]
    [MemberData(nameof(Choices))]
    public void Choice(string protocol, string attributes, LegSecurity? off, LegSecurity? allow, LegSecurity? require)
    {
        foreach (var (policy, expected) in new[] { (Off, off), (Allow, allow), (Require, require) })
        {
            var step = Answer($"m=audio 4000 {protocol} 0\n{attributes}", policy);
            Assert.Equal(expected, step.Description?.Audio?.Security);
            Assert.Equal(expected is null ? 302 : null, step.Refusal?.Warning);
            Assert.Equal(expected is not null, step.Sdp.Contains($"m=audio 20000 {protocol} 0\r\n", StringComparison.Ordinal));
            Assert.Equal(expected == LegSecurity.Sdes, step.Sdp.Contains("a=crypto:4 ", StringComparison.Ordinal));
            Assert.Equal(expected == LegSecurity.Dtls, step.Sdp.Contains("a=fingerprint:", StringComparison.Ordinal));
        }
    }

    [Fact(DisplayName = "SDES keys go only where the signalling is secret: else plain where that may be, or a refusal")]
    public void KeysInTheOpen()
    {
        Assert.Equal(LegSecurity.Plain, Answer($"m=audio 4000 RTP/AVP 0\n{Crypto}", AllowInTheOpen).Description!.Audio!.Security);
        Assert.Equal(302, Answer($"m=audio 4000 RTP/SAVP 0\n{Crypto}", AllowInTheOpen).Refusal!.Warning);
        Assert.Equal(302, Answer($"m=audio 4000 RTP/AVP 0\n{Crypto}", new LegPolicy(LegProtection.Require, false)).Refusal!.Warning);
    }

    [Theory(DisplayName = "Roles: we wait unless they do")]
    [InlineData("actpass", "passive")]
    [InlineData("active", "passive")]
    [InlineData("passive", "active")]
    [InlineData("holdconn", "holdconn")]
    public void Roles(string offered, string answered)
    {
        var step = Answer($"m=audio 4000 UDP/TLS/RTP/SAVP 0\na=setup:{offered}\na=fingerprint:{Print}\n");
        Assert.Contains($"a=setup:{answered}\r\n", step.Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A weak fingerprint is none")]
    public void WeakFingerprint() => Assert.Equal(
        302,
        Answer("m=audio 4000 UDP/TLS/RTP/SAVP 0\na=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13\n").Refusal!.Warning);

    [Fact(DisplayName = "Of several lines the best suite is answered, with its tag and our own key")]
    public void BestSuite()
    {
        var step = Answer(
            $"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\na=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:{Key(30)}\n"
            + $"a=crypto:7 AEAD_AES_128_GCM inline:{Key(28)}\na=crypto:9 AEAD_AES_256_GCM inline:{Key(28)}\n");
        Assert.Contains($"a=crypto:7 AEAD_AES_128_GCM inline:{Convert.ToBase64String(new byte[28])}\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, step.Description!.Audio!.RemoteKey!.Suite);
        Assert.Single(step.Sdp.Split("a=crypto:").Skip(1));
    }

    public static TheoryData<string, bool, int> Lines => new()
    {
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}", true, 0 },
        { $"1 aes_cm_128_hmac_sha1_80 INLINE:{Key(30)}|2^20", true, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}|2^20|1:4", true, 4 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}|1:128", true, 128 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}|1:129", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} WSH=64", true, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} -FOO=1", true, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} UNENCRYPTED_SRTP", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} UNENCRYPTED_SRTCP", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} UNAUTHENTICATED_SRTP", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)} FEC_ORDER=FEC_SRTP", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(29)}", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 inline:{Key(31)}", false, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_80 other:x;inline:{Key(30)}", true, 0 },
        { $"1 AEAD_AES_256_GCM inline:{Key(44)}", true, 0 },
        { $"1 AEAD_AES_256_GCM inline:{Key(44).TrimEnd('=')}", true, 0 },
        { $"1 AEAD_AES_128_GCM inline:{Key(28)}", true, 0 },
        { $"1 AES_CM_128_HMAC_SHA1_32 inline:{Key(30)}", true, 0 },
        { $"1 F8_128_HMAC_SHA1_80 inline:{Key(30)}", false, 0 },
        { $"x AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}", false, 0 },
        { $"1234567890 AES_CM_128_HMAC_SHA1_80 inline:{Key(30)}", false, 0 },
        { "1 AES_CM_128_HMAC_SHA1_80", false, 0 },
        { "", false, 0 },
    };

    [Theory(DisplayName = "A crypto line reads only when it can be followed to the letter")]
    [MemberData(nameof(Lines))]
    public void Line(string text, bool isRead, int mki)
    {
        Assert.Equal(isRead, CryptoLine.TryParse(text, out var line));
        if (isRead)
        {
            Assert.Equal(mki, line.MkiLength);
            Assert.True(CryptoLine.TryParse(line.ToText(), out var again));
            Assert.Equal(line with { MkiLength = 0 }, again);
            Assert.DoesNotContain("inline", line.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "The short tags of SDES: four bytes on RTP, ten on RTCP, and a changed bit is noticed")]
    public void ShortTags()
    {
        var (key, salt) = (new byte[16], new byte[14]);
        using var sender = new SrtpSender(SrtpProfile.Aes128CmSha1_32, key, salt);
        using var receiver = new SrtpReceiver(SrtpProfile.Aes128CmSha1_32, key, salt);
        var packet = new byte[64];
        packet[0] = 0x80;
        Assert.Equal(24, sender.Protect(packet, 12, 20, 0));
        var damaged = packet[..24];
        damaged[14] ^= 1;
        Assert.Equal(SrtpVerdict.AuthenticationFailed, receiver.Unprotect(damaged, 12, 0, 0, out _, out _));
        Assert.Equal(SrtpVerdict.Accepted, receiver.Unprotect(packet.AsSpan(0, 24), 12, 0, 0, out var length, out _));
        Assert.Equal(20, length);
        var report = new byte[64];
        report[0] = 0x80;
        Assert.Equal(8 + 4 + 10, sender.ProtectRtcp(report, 8));
        Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtcp(report.AsSpan(0, 22), out length));
        Assert.Equal(8, length);
    }

    private static string Key(int length) => Convert.ToBase64String(Enumerable.Range(0, length).Select(i => (byte)i).ToArray());
}
