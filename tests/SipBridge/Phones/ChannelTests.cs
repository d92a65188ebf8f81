using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>Ports, associations and keys of a leg on the wire.</summary>
public class ChannelTests
{
    private const string Theirs = "198.51.100.1:4000";

    [Fact(DisplayName = "Without mux there are two associations, and reports come protected by the second")]
    public void TwoAssociations()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        var answer = lab.Offer(leg, WithoutMux(Phones.Sdp.Plain(
            Theirs, VoiceCodec.Pcmu, more: $"a=setup:actpass\r\na=fingerprint:{lab.OurFingerprint}\r\n", protocol: "UDP/TLS/RTP/SAVP")));
        Assert.DoesNotContain("rtcp-mux", answer.Sdp, StringComparison.Ordinal);
        var target = Phones.Sdp.TargetOf(answer.Sdp);
        var rtp = Phone(lab, Theirs, target, lab.ClientSession(answer.Sdp));
        var rtcp = Phone(lab, "198.51.100.1:4001", target with { Port = (ushort)(target.Port + 1) }, lab.ClientSession(answer.Sdp));
        rtcp.IsSilent = true;
        lab.Run(15);
        Assert.NotNull(rtp.Outbound);
        Assert.NotNull(rtcp.Outbound);
        Assert.Equal((0, 0), (rtp.Unreadable, rtcp.Unreadable));
        Assert.True(rtp.Heard.Count > 700);
        Assert.Equal(0, rtp.Reports);
        Assert.InRange(rtcp.Reports, 2, 8);
    }

    [Fact(DisplayName = "Plain reports without mux go to the port above, or where theirs come from")]
    public void PlainReports()
    {
        using var lab = new PhoneLab();
        lab.Offer(lab.AddLeg("a"), WithoutMux(Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu)));
        using var moved = lab.Wire.Open("198.51.100.1:7777");
        lab.Run(5);
        Assert.Contains(lab.Wire.Sent, sent => sent.To == Wire.Address("198.51.100.1:4001"));
        moved.Send([0x80, 201, 0, 1, 0, 0, 0, 9], Wire.Address($"{PhoneLab.Ours}:20001"));
        lab.Run(10);
        Assert.Contains(lab.Wire.Sent, sent => sent.To == moved.Address);
    }

    [Fact(DisplayName = "A new key of theirs is taken at once, and their old one for one second more")]
    public void Rekey()
    {
        const SrtpProfile Suite = SrtpProfile.Aes128CmSha1_80;
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        byte[] first = [.. Enumerable.Repeat((byte)1, 30)], second = [.. Enumerable.Repeat((byte)2, 30)];
        var answer = lab.Offer(leg, WithKey(first));
        var phone = Phone(lab, Theirs, Phones.Sdp.TargetOf(answer.Sdp), null);
        phone.Outbound = Sender(first);
        lab.Run(0.5);
        Assert.Equal(0, leg.Dropped);
        Assert.Equal(answer.Sdp.Split("a=crypto:")[1], lab.Offer(leg, WithKey(second)).Sdp.Split("a=crypto:")[1]);
        lab.Run(0.9);
        Assert.Equal(0, leg.Dropped);
        phone.Outbound = Sender(second);
        lab.Run(2);
        Assert.Equal(0, leg.Dropped);
        phone.Outbound = Sender(first);
        lab.Run(0.5);
        Assert.Equal(25, leg.Dropped);

        static SrtpSender Sender(byte[] key) => new(Suite, key.AsSpan(0, 16), key.AsSpan(16));
    }

    [Fact(DisplayName = "The key identifier of theirs is passed over")]
    public void Mki()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        var answer = lab.Offer(leg, WithKey(new byte[30], "|2^20|1:4"));
        using var port = lab.Wire.Open(Theirs);
        using var sender = new SrtpSender(SrtpProfile.Aes128CmSha1_80, new byte[16], new byte[14]);
        var packet = new byte[12 + 160 + 4 + 10];
        (packet[0], packet[3]) = (0x80, 7);
        var length = sender.Protect(packet, 12, 172, 0);
        packet.AsSpan(length - 10, 10).CopyTo(packet.AsSpan(length - 6));
        packet.AsSpan(172, 4).Fill(1);
        port.Send(packet, Phones.Sdp.TargetOf(answer.Sdp));
        lab.Run(0.02);
        Assert.Single(lab.Events.OfType<LegHeard>());
        Assert.Equal(0, leg.Dropped);
    }

    [Fact(DisplayName = "With ICE packets go where checks nominate, not where the description says, and only after that")]
    public void Ice()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        const string Elsewhere = "203.0.113.7:6000";
        var ours = IceCredentials.Create();
        var answer = lab.Offer(leg, Phones.Sdp.Plain(
            Theirs, VoiceCodec.Pcmu,
            more: $"a=ice-ufrag:{ours.Ufrag}\r\na=ice-pwd:{ours.Password}\r\na=candidate:1 1 UDP 2130706431 203.0.113.7 6000 typ host\r\n"
                + "a=candidate:2 1 UDP 1694498815 198.51.100.1 4000 typ srflx raddr 203.0.113.7 rport 6000\r\n"));
        Assert.True(SdpParser.TryParse(answer.Sdp, out var session, out _));
        var media = session.Media[0];
        var target = Phones.Sdp.TargetOf(answer.Sdp);
        using var port = lab.Wire.Open(Elsewhere);
        lab.Run(1);
        Assert.Empty(lab.Wire.Sent);
        var agent = new IceFullAgent(ours, seed: 1);
        agent.AddLocal(new IceLocalPath(0, port.Address));
        agent.SetRemote(new IceCredentials(media.IceUfrag!, media.IcePwd!));
        Assert.True(IceCandidate.TryParse(media.Candidates[0], out var candidate));
        agent.AddRemote(candidate!);
        var buffer = new byte[2048];
        var heard = 0;
        for (var i = 0; i < 100; i++)
        {
            agent.Tick(lab.Now);
            while (agent.TryTakeTransmit(buffer, out var length, out var path))
            {
                port.Send(buffer.AsSpan(0, length), path.Remote);
            }

            while (port.TryReceive(buffer, out var length, out var from))
            {
                var reply = new byte[512];
                heard += buffer[0] >= 128 ? 1 : 0;
                if (buffer[0] < 4)
                {
                    agent.Receive(lab.Now, new NetworkPath(from, 0, port.Address), buffer.AsSpan(0, length), reply, out var written);
                    if (written > 0)
                    {
                        port.Send(reply.AsSpan(0, written), from);
                    }
                }
            }

            while (agent.TryTakeEvent(out _))
            {
                // Nothing is asked of it but that it checks.
            }

            lab.Run(0.02);
        }

        Assert.True(heard > 60, $"{heard} packets");
        Assert.DoesNotContain(lab.Wire.Sent, sent => sent.To == Wire.Address(Theirs));
        Assert.Contains("a=ice-lite", answer.Sdp, StringComparison.Ordinal);
        Assert.NotEqual(default, target);
    }

    [Fact(DisplayName = "ICE that comes to nothing in 10 s falls back to the description's address, if that may be sent to")]
    public void IceGivenUp()
    {
        const string Creds = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n";
        using var lab = new PhoneLab();
        lab.Offer(lab.AddLeg("a"), Phones.Sdp.Plain(Theirs, VoiceCodec.Pcmu, more: Creds));
        lab.Offer(lab.AddLeg("b"), Phones.Sdp.Plain("192.168.1.4:4000", VoiceCodec.Pcmu, more: Creds));
        lab.Run(9.9);
        Assert.Empty(lab.Wire.Sent);
        lab.Run(1);
        Assert.All(lab.Wire.Sent, sent => Assert.Equal(Wire.Address(Theirs), sent.To));
        Assert.True(lab.Wire.Sent.Count > 40);
    }

    private static ScriptedPhone Phone(PhoneLab lab, string address, TransportAddress target, DtlsSession? session)
    {
        var phone = new ScriptedPhone(lab.Wire.Open(address), VoiceCodec.Pcmu, 440, session) { Target = target };
        lab.Phones.Add(phone);
        return phone;
    }

    private static string WithKey(byte[] key, string parameters = "") => Phones.Sdp.Plain(
        Theirs, VoiceCodec.Pcmu, more: $"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(key)}{parameters}\r\n", protocol: "RTP/SAVP");

    private static string WithoutMux(string sdp) => sdp.Replace("a=rtcp-mux\r\n", "", StringComparison.Ordinal);
}
