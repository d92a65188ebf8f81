using Sylk.Conference.Audio;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class WholeLegTests
{
    private const double Loud = -30, Quiet = -45;

    [Theory(DisplayName = "Two phones of different codecs hear each other and not themselves")]
    [InlineData(VoiceCodec.Opus, VoiceCodec.Pcma)]
    [InlineData(VoiceCodec.Pcmu, VoiceCodec.Opus)]
    [InlineData(VoiceCodec.Pcmu, VoiceCodec.G722)]
    [InlineData(VoiceCodec.Pcma, VoiceCodec.Pcmu)]
    public void TwoPlainPhones(VoiceCodec one, VoiceCodec other)
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", one, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", other, 1000);
        lab.Run(2);
        AssertConversation(a, b);
    }

    [Theory(DisplayName = "A phone with SDES keys and a plain one hear each other, with every suite")]
    [InlineData("AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm)]
    [InlineData("AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm)]
    [InlineData("AES_CM_128_HMAC_SHA1_80", SrtpProfile.Aes128CmSha1_80)]
    [InlineData("AES_CM_128_HMAC_SHA1_32", SrtpProfile.Aes128CmSha1_32)]
    public void Sdes(string name, SrtpProfile suite)
    {
        using var lab = new PhoneLab();
        var a = WithSdes(lab, name, suite, out _);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Opus, 1000);
        lab.Run(2);
        AssertConversation(a, b);
        Assert.Equal(0, a.Unreadable);
    }

    [Fact(DisplayName = "A phone with DTLS and a plain one hear each other")]
    public void Dtls()
    {
        using var lab = new PhoneLab();
        var a = WithDtls(lab, "198.51.100.1:4000");
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcma, 1000);
        lab.Run(2);
        AssertConversation(a, b);
        Assert.Equal(0, a.Unreadable);
    }

    [Fact(DisplayName = "A phone that never makes keys is given up after 10 s, once")]
    public void NoDtls()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        lab.Offer(leg, Phones.Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu, more: $"a=setup:actpass\r\na=fingerprint:{lab.OurFingerprint}\r\n", protocol: "UDP/TLS/RTP/SAVP"));
        lab.Run(9.5);
        Assert.Empty(lab.Events.OfType<LegFailed>());
        lab.Run(3);
        Assert.Equal("no DTLS", Assert.Single(lab.Events.OfType<LegFailed>()).Reason);
        Assert.Empty(lab.Wire.Sent);
    }

    [Fact(DisplayName = "Where keys were agreed on, plain packets are dropped and nothing plain is sent")]
    public void PlainIntoEncrypted()
    {
        using var lab = new PhoneLab();
        var a = WithSdes(lab, "AES_CM_128_HMAC_SHA1_80", SrtpProfile.Aes128CmSha1_80, out var leg);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Opus, 1000);
        a.Outbound = null;
        lab.Run(1);
        Assert.True(b.Meter.Level(440) < Quiet);
        Assert.True(leg.Dropped >= 45);
        Assert.DoesNotContain(lab.Events, happened => happened is LegHeard { LegId: "a" });
        Assert.NotEmpty(a.Heard);
        Assert.Equal(0, a.Unreadable);
    }

    [Fact(DisplayName = "Who waits in the lobby hears nobody and is heard by nobody, and hears the room after it")]
    public void Lobby()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000, inMix: false);
        lab.Run(1);
        Assert.True(a.Meter.Level(1000) < Quiet);
        Assert.True(b.Meter.Level(440) < Quiet);
        Assert.True(b.Heard.Count >= 49, "silence is sent too");
        Assert.Null(lab.Obey(new EnterMix("r", 1, "b", "tr_b", Muted: false)));
        lab.Clear();
        lab.Run(1.5);
        AssertConversation(a, b);
    }

    [Fact(DisplayName = "A muted phone is not heard, is told when it speaks, and is heard again afterwards")]
    public void Mute()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000);
        lab.Run(0.5);
        lab.Obey(new SetLegMuted("r", 1, "a", Muted: true));
        lab.Run(0.2);
        lab.Clear();
        lab.Run(5);
        Assert.True(b.Meter.Level(440) < Quiet);
        Assert.True(a.Meter.Level(1000) > Loud);
        Assert.Equal("a", Assert.Single(lab.Events.OfType<LegTalksMuted>()).LegId);
        lab.Obey(new SetLegMuted("r", 1, "a", Muted: false));
        lab.Clear();
        lab.Run(1);
        Assert.True(b.Meter.Level(440) > Loud);
    }

    [Theory(DisplayName = "A phone that holds us is silent both ways though it goes on sending, and back when it resumes")]
    [InlineData("sendonly", "198.51.100.1")]
    [InlineData("inactive", "198.51.100.1")]
    [InlineData("sendrecv", "0.0.0.0")]
    public void Hold(string direction, string host)
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000);
        lab.Run(1);
        var leg = lab.Room.Find("a")!;
        var held = lab.Offer(leg, Phones.Sdp.Plain($"{host}:4000", VoiceCodec.Pcmu, direction));
        Assert.True(held.IsHeld);
        lab.Run(0.02); // what was on its way
        lab.Clear();
        a.Heard.Clear();
        lab.Run(2);
        Assert.Empty(a.Heard);
        Assert.True(b.Meter.Level(440) < Quiet);
        var resumed = lab.Offer(leg, Phones.Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu));
        Assert.False(resumed.IsHeld);
        lab.Clear();
        lab.Run(1.5);
        AssertConversation(a, b);
        Assert.True(a.Heard[0].Marker);
    }

    [Fact(DisplayName = "Source, numbers and timestamps go on across a hold and prompts")]
    public void Continuity()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(0.5);
        var leg = lab.Room.Find("a")!;
        lab.Offer(leg, Phones.Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu, "sendonly"));
        lab.Run(0.5);
        lab.Offer(leg, Phones.Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu));
        lab.Run(0.5);
        Assert.Single(a.Heard.Select(packet => packet.Ssrc).Distinct());
        for (var i = 1; i < a.Heard.Count; i++)
        {
            Assert.Equal(1, (ushort)(a.Heard[i].Sequence - a.Heard[i - 1].Sequence));
        }

        Assert.Equal(160u * (uint)(a.Heard.Count + 25 - 1), a.Heard[^1].Timestamp - a.Heard[0].Timestamp);
    }

    [Fact(DisplayName = "Reports come each 5 s or so, and a goodbye at the end")]
    public void Reports()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(60);
        Assert.InRange(a.Reports, 8, 26);
        Assert.False(a.HeardGoodbye);
        lab.Room.Find("a")!.Close(lab.Now);
        a.Tick(lab.Now);
        Assert.True(a.HeardGoodbye);
    }

    [Fact(DisplayName = "Silence of a phone is told at 30 s and at 60 s, and never while it holds us")]
    public void Silence()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(1);
        a.IsSilent = true;
        lab.Run(29);
        Assert.Empty(lab.Events.OfType<LegSilent>());
        lab.Run(70);
        Assert.Equal([30, 60], lab.Events.OfType<LegSilent>().Select(silent => silent.Seconds));
        lab.Events.Clear();
        lab.Offer(lab.Room.Find("a")!, Phones.Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu, "inactive"));
        lab.Run(70);
        Assert.Empty(lab.Events.OfType<LegSilent>());
    }

    private static void AssertConversation(ScriptedPhone a, ScriptedPhone b)
    {
        Assert.True(a.Meter.Level(1000) > Loud, $"a hears b at {a.Meter.Level(1000)}");
        Assert.True(b.Meter.Level(440) > Loud, $"b hears a at {b.Meter.Level(440)}");
        Assert.True(a.Meter.Level(440) < Quiet, $"a hears itself at {a.Meter.Level(440)}");
        Assert.True(b.Meter.Level(1000) < Quiet, $"b hears itself at {b.Meter.Level(1000)}");
    }

    private static ScriptedPhone WithSdes(PhoneLab lab, string name, SrtpProfile suite, out SipBridge.Phones.PhoneLeg leg)
    {
        var key = Enumerable.Range(1, suite.KeyLength + suite.SaltLength).Select(i => (byte)i).ToArray();
        leg = lab.AddLeg("a");
        var offer = Phones.Sdp.Plain(
            "198.51.100.1:4000", VoiceCodec.Pcmu, more: $"a=crypto:3 {name} inline:{Convert.ToBase64String(key)}|2^31\r\n", protocol: "RTP/SAVP");
        var answer = lab.Offer(leg, offer);
        Assert.True(SdpParser.TryParse(answer.Sdp, out var session, out _));
        var line = session.Media[0].Attributes.ReadFirst<CryptoLine>()!;
        Assert.Equal((3, suite), (line.Tag, line.Suite));
        var phone = new ScriptedPhone(lab.Wire.Open("198.51.100.1:4000"), VoiceCodec.Pcmu, 440)
        {
            Target = Phones.Sdp.TargetOf(answer.Sdp),
            Outbound = new SrtpSender(suite, key.AsSpan(0, suite.KeyLength), key.AsSpan(suite.KeyLength)),
            Inbound = new SrtpReceiver(suite, line.MasterKey, line.MasterSalt),
        };
        lab.Phones.Add(phone);
        leg.EnterMix("tr_a", muted: false);
        return phone;
    }

    private static ScriptedPhone WithDtls(PhoneLab lab, string address)
    {
        var leg = lab.AddLeg("a");
        var offer = Phones.Sdp.Plain(
            address, VoiceCodec.Pcmu, more: $"a=setup:actpass\r\na=fingerprint:{lab.OurFingerprint}\r\n", protocol: "UDP/TLS/RTP/SAVP");
        var answer = lab.Offer(leg, offer);
        var phone = new ScriptedPhone(lab.Wire.Open(address), VoiceCodec.Pcmu, 440, lab.ClientSession(answer.Sdp))
        {
            Target = Phones.Sdp.TargetOf(answer.Sdp),
        };
        lab.Phones.Add(phone);
        leg.EnterMix("tr_a", muted: false);
        return phone;
    }
}
