using System.Net;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>Whose packets count on a leg, and what ours look like.</summary>
public class LegWireTests
{
    private const string Theirs = "198.51.100.1:4000";

    [Fact(DisplayName = "A stranger who sends into a call is not heard, gets nothing, and does not move the call")]
    public void Stranger()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", Theirs, VoiceCodec.Pcmu, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000);
        using var stranger = new ScriptedPhone(lab.Wire.Open("203.0.113.66:4000"), VoiceCodec.Pcmu, 1700) { Target = a.Target, Ssrc = 4711 };
        lab.Phones.Add(stranger);
        lab.Run(8);
        Assert.True(b.Meter.Level(440) > -30);
        Assert.True(b.Meter.Level(1700) < -45);
        Assert.Empty(stranger.Heard);
        Assert.True(lab.Room.Find("a")!.Dropped > 300);
    }

    [Fact(DisplayName = "RFC 3389: comfort noise offered by a phone is agreed on where that is on; a silent room is then told once a second, and speech goes on in time")]
    public void ComfortNoise()
    {
        using var lab = new PhoneLab(new PhoneSettings { ComfortNoise = true });
        var speaker = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000);
        var leg = lab.AddLeg("a");
        var offer = Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu).Replace("RTP/AVP 0 101", "RTP/AVP 0 13 101", StringComparison.Ordinal);
        var answer = lab.Offer(leg, offer);
        Assert.Contains("a=rtpmap:13 CN/8000", answer.Sdp, StringComparison.Ordinal);
        leg.EnterMix("tr_a", muted: false);
        var quiet = new ScriptedPhone(lab.Wire.Open(Theirs), VoiceCodec.Pcmu, 440) { Target = Phones.Sdp.TargetOf(answer.Sdp), IsSilent = true };
        lab.Phones.Add(quiet);
        // It sends comfort noise of its own instead: −40 dBov, which is no speech.
        quiet.Send(13, false, 5_000, [40]);
        speaker.IsSilent = true;
        lab.Run(4);
        quiet.Heard.Clear();
        speaker.Meter.Clear();
        lab.Run(3);
        Assert.Equal(3, quiet.Heard.Count);
        Assert.All(quiet.Heard, packet => Assert.Equal((13, false, 1), (packet.PayloadType, packet.Marker, packet.Payload.Length)));
        Assert.False(leg.Voice.IsSpeaking);
        Assert.True(speaker.Heard.Count > 300, "who did not ask for it gets a packet each 20 ms");

        speaker.IsSilent = false;
        lab.Run(1);
        var sound = quiet.Heard.FindAll(packet => packet.PayloadType == 0);
        Assert.InRange(sound.Count, 45, 50);
        Assert.True(sound[0].Marker);
        Assert.True(quiet.Meter.Level(1000) > -30);
        Assert.All(quiet.Heard.Zip(quiet.Heard.Skip(1)), pair => Assert.Equal(0u, (pair.Second.Timestamp - pair.First.Timestamp) % 160));
        Assert.All(quiet.Heard.Zip(quiet.Heard.Skip(1)), pair => Assert.Equal(pair.First.Sequence + 1, pair.Second.Sequence));
    }

    [Fact(DisplayName = "Comfort noise is not agreed on where it is off, and read all the same")]
    public void ComfortNoiseOff()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        var answer = lab.Offer(leg, Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu).Replace("RTP/AVP 0 101", "RTP/AVP 0 13 101", StringComparison.Ordinal));
        Assert.DoesNotContain("CN/8000", answer.Sdp, StringComparison.Ordinal);
        leg.EnterMix("tr_a", muted: false);
        var phone = new ScriptedPhone(lab.Wire.Open(Theirs), VoiceCodec.Pcmu, 440) { PayloadType = 0, Target = Phones.Sdp.TargetOf(answer.Sdp) };
        lab.Phones.Add(phone);
        lab.Run(1);
        phone.IsSilent = true;
        phone.Send(13, false, 5_000 + 160 * 50, [40]);
        lab.Run(1);
        Assert.True(leg.Voice.Statistics.ConcealedMs < 30, $"{leg.Voice.Statistics.ConcealedMs} ms made up");
        Assert.Equal(0, leg.Dropped);
    }

    [Fact(DisplayName = "A phone behind a NAT that told its private address is sent to where it comes from, and nothing goes to that address")]
    public void BehindNat()
    {
        using var lab = new PhoneLab();
        var answer = lab.Offer(lab.AddLeg("a"), Phones.Sdp.Plain("192.168.1.20:4000", VoiceCodec.Pcmu), source: "198.51.100.1");
        Assert.Null(answer.Error);
        lab.Run(0.5);
        Assert.Empty(lab.Wire.Sent);
        var phone = new ScriptedPhone(lab.Wire.Open("198.51.100.1:61000"), VoiceCodec.Pcmu, 440) { Target = Phones.Sdp.TargetOf(answer.Sdp) };
        lab.Phones.Add(phone);
        lab.Run(1);
        Assert.True(phone.Heard.Count > 40);
        Assert.DoesNotContain(lab.Wire.Sent, sent => sent.To == Wire.Address("192.168.1.20:4000"));
    }

    [Fact(DisplayName = "A phone we dial may begin to speak 5 s after it answered, however long it rang")]
    public void RangLong()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        var offer = lab.Offer(leg, null);
        Assert.Null(lab.Offer(leg, Phones.Sdp.Plain("192.168.1.20:4000", VoiceCodec.Pcmu), isAnswer: true).Error);
        lab.Run(20);
        lab.Obey(new PlayPrompts("r", 1, "a", [], "en", "t"));
        lab.Run(1);
        var phone = new ScriptedPhone(lab.Wire.Open("198.51.100.1:61000"), VoiceCodec.Pcmu, 440) { Target = Phones.Sdp.TargetOf(offer.Sdp) };
        lab.Phones.Add(phone);
        lab.Run(1);
        Assert.True(phone.Heard.Count > 40);
    }

    [Fact(DisplayName = "A phone we dial makes keys when it likes while it rings, and within 10 s of its answer")]
    public void RingsWithoutKeys()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        lab.Offer(leg, null, encryption: LegEncryption.Require);
        Assert.Null(lab.Offer(
            leg, Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu, more: $"a=setup:active\r\na=fingerprint:{lab.OurFingerprint}\r\n", protocol: "UDP/TLS/RTP/SAVPF"),
            isAnswer: true, encryption: LegEncryption.Require).Error);
        lab.Run(30);
        Assert.Empty(lab.Events.OfType<LegFailed>());
        lab.Obey(new EnterMix("r", 1, "a", "tr_a", false));
        lab.Run(9);
        Assert.Empty(lab.Events.OfType<LegFailed>());
        lab.Run(2);
        Assert.Single(lab.Events.OfType<LegFailed>());
    }

    [Theory(DisplayName = "An address of this machine or of nobody is refused, and a private one where signalling is private too")]
    [InlineData("127.0.0.1", "198.51.100.1")]
    [InlineData("224.1.1.1", "198.51.100.1")]
    [InlineData("169.254.1.1", "198.51.100.1")]
    [InlineData("192.168.1.20", "10.0.0.7")]
    public void ForbiddenTargets(string host, string source)
    {
        using var lab = new PhoneLab();
        var answer = lab.Offer(lab.AddLeg("a"), Phones.Sdp.Plain($"{host}:4000", VoiceCodec.Pcmu), source: source);
        Assert.Equal((MediaErrorCode.MediaIncompatible, 301), (answer.Error!.Code, answer.Warning));
    }

    [Fact(DisplayName = "A phone that moves by an offer is sent to at its new address at once")]
    public void Moves()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", Theirs, VoiceCodec.Pcmu, 440);
        lab.Run(6);
        using var next = lab.Wire.Open("203.0.113.9:5000");
        a.IsSilent = true;
        lab.Offer(lab.Room.Find("a")!, Phones.Sdp.Plain("203.0.113.9:5000", VoiceCodec.Pcmu));
        a.Heard.Clear();
        lab.Wire.Sent.Clear();
        lab.Run(0.1);
        Assert.All(lab.Wire.Sent, sent => Assert.Equal(next.Address, sent.To));
        Assert.Equal(5, lab.Wire.Sent.Count);
    }

    [Fact(DisplayName = "While nothing is said to a phone an empty packet keeps its way open each 15 s")]
    public void KeepAlive()
    {
        using var lab = new PhoneLab();
        lab.Plain("a", Theirs, VoiceCodec.Pcmu, 440);
        var held = Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu, "sendonly").Replace("101", "126", StringComparison.Ordinal);
        lab.Offer(lab.Room.Find("a")!, held);
        lab.Run(46);
        var empty = lab.Wire.Sent.Where(sent => sent.From.Port == 20_000 && sent.Bytes.Length == 12).ToList();
        Assert.Equal(3, empty.Count);
        Assert.All(empty, sent => Assert.Equal(125, sent.Bytes[1]));
    }

    [Theory(DisplayName = "Packets are as long as asked for, and timestamps follow")]
    [InlineData(VoiceCodec.Pcmu, 10, 80, 100)]
    [InlineData(VoiceCodec.Pcmu, 20, 160, 50)]
    [InlineData(VoiceCodec.Pcmu, 40, 320, 25)]
    [InlineData(VoiceCodec.G722, 60, 480, 16)]
    [InlineData(VoiceCodec.Opus, 40, 1_920, 25)]
    public void PacketTimes(VoiceCodec codec, int packetMs, int step, int perSecond)
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        var answer = lab.Offer(leg, Phones.Sdp.Plain(Theirs, codec, more: $"a=ptime:{packetMs}\r\n"));
        using var phone = new ScriptedPhone(lab.Wire.Open(Theirs), codec, 440) { Target = Phones.Sdp.TargetOf(answer.Sdp), PayloadType = Phones.Sdp.PayloadType(codec) };
        lab.Phones.Add(phone);
        lab.Run(1);
        phone.Heard.Clear();
        lab.Run(1);
        Assert.InRange(phone.Heard.Count, perSecond - 1, perSecond + 1);
        Assert.All(phone.Heard.Zip(phone.Heard.Skip(1)), pair => Assert.Equal((uint)step, pair.Second.Timestamp - pair.First.Timestamp));
        if (codec != VoiceCodec.Opus)
        {
            Assert.All(phone.Heard, packet => Assert.Equal(step, packet.Payload.Length));
        }
    }

    [Fact(DisplayName = "Numbers of the description before count for two more seconds, then not")]
    public void OldNumbers()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", Theirs, VoiceCodec.Pcmu, 440);
        lab.Run(0.5);
        lab.Offer(lab.Room.Find("a")!, Phones.Sdp.Plain(Theirs, VoiceCodec.Pcma));
        lab.Run(1.9);
        Assert.Equal(0, lab.Room.Find("a")!.Dropped);
        lab.Run(1);
        Assert.InRange(lab.Room.Find("a")!.Dropped, 40, 50);
        Assert.All(a.Heard.TakeLast(50), packet => Assert.Equal(8, packet.PayloadType));
    }

    [Fact(DisplayName = "A socket gives what came, with its sender, empty ones too, and allocates nothing")]
    public void Sockets()
    {
        using var one = Open();
        using var other = Open();
        var to = TransportAddress.From(IPAddress.Loopback, other.Number);
        var buffer = new byte[2048];
        Exchange(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        one.Send(default, to);
        Assert.True(Receive(out var length, out _));
        Assert.Equal(0, length);
        Assert.Null(UdpPhonePort.TryOpen(IPAddress.Loopback, false, one.Number));

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                one.Send(buffer.AsSpan(0, 172), to);
                if (!Receive(out var size, out var from) || size != 172 || from.Port != one.Number || from.IPv4 != 0x7F000001)
                {
                    throw new InvalidOperationException("lost on loopback");
                }
            }
        }

        bool Receive(out int length, out TransportAddress from)
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                if (other.TryReceive(buffer, out length, out from))
                {
                    return true;
                }
            }

            (length, from) = (0, default);
            return false;
        }

        static UdpPhonePort Open()
        {
            for (var number = 33_000; ; number++)
            {
                if (UdpPhonePort.TryOpen(IPAddress.Loopback, false, number) is { } port)
                {
                    return port;
                }
            }
        }
    }
}
