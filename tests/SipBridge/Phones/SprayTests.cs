using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>R-16, TU-23: who knows no call but all ports tries to be heard and to be sent to.</summary>
public class SprayTests
{
    private const int Calls = 100;
    private const double Injected = 1_700, Spoken = 440;

    [Theory(DisplayName = "R-16: a spray at every RTP port of 100 calls, learning on: nothing goes to the attackers, nothing of theirs is heard")]
    [InlineData(SymmetricRtp.Auto)]
    [InlineData(SymmetricRtp.Never)]
    public void Spray(SymmetricRtp symmetric)
    {
        using var lab = new PhoneLab(new PhoneSettings { SymmetricRtp = symmetric });
        for (var i = 0; i < Calls; i++)
        {
            // One speaks, the others only send what they must. A fifth told a private address: half of these were found by what they
            // sent, the others have not sent anything yet.
            var isBehindNat = i % 5 == 3 && symmetric != SymmetricRtp.Never;
            var phone = Dial(lab, i, isBehindNat);
            phone.IsSilent = i > 0 && (!isBehindNat || i % 10 == 8);
        }

        lab.Run(0.5);
        string[] attackers = ["203.0.113.66:4000", "203.0.113.67:20000", "198.51.100.250:4000"];
        var ports = attackers.Select(lab.Wire.Open).ToList();
        using var tone = new ToneMaker(VoiceCodec.Pcmu, Injected);
        var buffer = new byte[512];
        var (sent, number) = (0, (ushort)0);
        lab.Clear();
        for (var tick = 0; tick < 150; tick++, number++)
        {
            var sound = tone.Next(lab.Now);
            for (var call = 0; call < Calls; call++)
            {
                for (var offset = 0; offset < 2; offset++)
                {
                    // In turn a source of its own, the call's own source, and numbers that go on where the call is.
                    var ssrc = tick / 40 % 2 == 0 ? 4711u : 77u;
                    Send(ports[(tick / 30 + call) % 3], Wire.Address($"{PhoneLab.Ours}:{20_000 + 2 * call + offset}"), ssrc, (ushort)(125 + number), sound, buffer);
                    sent++;
                }
            }

            lab.Run(0.02);
        }

        Assert.Equal(30_000, sent);
        var theirs = ports.Select(port => port.Address).ToHashSet();
        Assert.DoesNotContain(lab.Wire.Sent, datagram => theirs.Contains(datagram.To));
        foreach (var phone in (int[])[1, 2, 50, 99])
        {
            Assert.True(lab.Phones[phone].Meter.Level(Injected) < -45, $"call {phone} hears the attacker at {lab.Phones[phone].Meter.Level(Injected)}");
            Assert.True(lab.Phones[phone].Meter.Level(Spoken) > -30, $"call {phone} hears its room at {lab.Phones[phone].Meter.Level(Spoken)}");
        }
    }

    private static ScriptedPhone Dial(PhoneLab lab, int i, bool isBehindNat)
    {
        var host = $"198.51.100.{1 + i}";
        if (!isBehindNat)
        {
            return lab.Plain($"p{i}", $"{host}:5000", VoiceCodec.Pcmu, i == 0 ? Spoken : 900);
        }

        var leg = lab.AddLeg($"p{i}");
        var answer = lab.Offer(leg, Sdp.Plain($"192.168.7.{1 + i}:5000", VoiceCodec.Pcmu), source: host);
        var phone = new ScriptedPhone(lab.Wire.Open($"{host}:61000"), VoiceCodec.Pcmu, 900) { Target = Sdp.TargetOf(answer.Sdp) };
        lab.Phones.Add(phone);
        leg.EnterMix($"tr_p{i}", muted: false);
        return phone;
    }

    private static void Send(Wire.Port from, TransportAddress to, uint ssrc, ushort number, ReadOnlySpan<byte> sound, byte[] buffer)
    {
        var writer = new RtpHeaderWriter(buffer);
        writer.WriteFixed(false, 0, number, 5_000u + 160u * number, ssrc);
        sound.CopyTo(buffer.AsSpan(RtpPacket.FixedHeaderLength));
        from.Send(buffer.AsSpan(0, RtpPacket.FixedHeaderLength + sound.Length), to);
    }
}
