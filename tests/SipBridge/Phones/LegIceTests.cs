using Sylk.Conference.Audio;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>ICE of legs (RFC 8445, RFC 8839) on the wire: who checks, who controls, where packets go.</summary>
public sealed class LegIceTests
{
    private const string Theirs = "198.51.100.1:4000", Moved = "198.51.100.1:4400";

    [Theory(DisplayName = "A call of ours offers ICE as a full agent that controls, and finds a full and a lite phone")]
    [InlineData(false)]
    [InlineData(true)]
    public void Outgoing(bool isLite)
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        using var phone = new IcePeer(lab.Wire, Theirs, isLite, controlling: false);
        Call(lab, leg, phone);
        Run(lab, 1, phone);
        Assert.InRange(phone.Heard, 30, 60);
        Assert.NotEmpty(lab.Events.OfType<LegHeard>());
        Assert.True(phone.Full is not { IsControlling: true });
    }

    [Fact(DisplayName = "With a third of all packets lost both find each other within the 10 s there are, for every seed")]
    public void Lossy()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);
            using var lab = new PhoneLab();
            lab.Wire.Drops = _ => random.NextDouble() < 0.33;
            using var phone = new IcePeer(lab.Wire, Theirs, controlling: false);
            Call(lab, lab.AddLeg("a"), phone);
            Run(lab, 9.9, phone);
            Assert.True(phone.Heard > 50, $"seed {seed}: {phone.Heard}");
        }
    }

    [Fact(DisplayName = "Where both ends mean to control, the smaller tie-breaker gives way, whoever has it, and sound flows (RFC 8445 §7.3.1.1)")]
    public void RoleConflict()
    {
        var phoneKeptControl = new HashSet<bool>();
        for (var run = 0; run < 24; run++) // our tie-breaker is random: that one outcome never comes has a chance of 2 in 2^24
        {
            using var lab = new PhoneLab();
            using var phone = new IcePeer(lab.Wire, Theirs, controlling: true);
            Call(lab, lab.AddLeg("a"), phone);
            Run(lab, 2, phone);
            Assert.True(phone.Heard > 40, $"run {run}: {phone.Heard}");
            phoneKeptControl.Add(phone.Full!.IsControlling);
        }

        Assert.Equal(2, phoneKeptControl.Count);
    }

    [Theory(DisplayName = "An offer is answered lite; full where that is set, or where the phone is lite itself")]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    public void Incoming(bool full, bool phoneIsLite, bool saysLite)
    {
        using var lab = new PhoneLab(new PhoneSettings { IceFull = full });
        using var phone = new IcePeer(lab.Wire, Theirs, phoneIsLite);
        var answer = lab.Offer(lab.AddLeg("a"), Describe(phone));
        phone.Take(answer.Sdp);
        Assert.Equal(saysLite, answer.Sdp.Contains("a=ice-lite", StringComparison.Ordinal));
        Run(lab, 2, phone);
        Assert.True(phone.Heard > 60, $"{phone.Heard}");
        Assert.NotEmpty(lab.Events.OfType<LegHeard>());
        Assert.True(phone.Full is not { IsControlling: false });
    }

    [Fact(DisplayName = "A re-INVITE with new credentials restarts: sound goes on where it went and then moves")]
    public void Restart()
    {
        using var lab = new PhoneLab(new PhoneSettings { IceFull = true });
        var leg = lab.AddLeg("a");
        using var phone = new IcePeer(lab.Wire, Theirs);
        var first = lab.Offer(leg, Describe(phone)).Sdp;
        phone.Take(first);
        Run(lab, 1, phone);
        using var moved = new IcePeer(lab.Wire, Moved);
        var second = lab.Offer(leg, Describe(moved)).Sdp;
        Assert.NotEqual(IceLines(first)[0], IceLines(second)[0]);
        phone.Heard = 0;
        Run(lab, 0.2, phone);
        Assert.InRange(phone.Heard, 9, 11);
        moved.Take(second);
        Run(lab, 1, phone, moved);
        phone.Heard = moved.Heard = 0;
        Run(lab, 1, phone, moved);
        Assert.Equal(0, phone.Heard);
        Assert.InRange(moved.Heard, 49, 51);
    }

    [Fact(DisplayName = "A re-INVITE with the same credentials changes nothing, however often it comes")]
    public void NoRestart()
    {
        using var lab = new PhoneLab(new PhoneSettings { IceFull = true });
        var leg = lab.AddLeg("a");
        using var phone = new IcePeer(lab.Wire, Theirs);
        var first = lab.Offer(leg, Describe(phone)).Sdp;
        phone.Take(first);
        Run(lab, 1, phone);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(IceLines(first), IceLines(lab.Offer(leg, Describe(phone)).Sdp));
        }

        phone.Heard = 0;
        Run(lab, 1, phone);
        Assert.InRange(phone.Heard, 49, 51);
    }

    [Fact(DisplayName = "An address that none of the candidates names is a mismatch, said so, and the call goes on without ICE")]
    public void Mismatch()
    {
        using var lab = new PhoneLab();
        using var phone = new IcePeer(lab.Wire, Moved);
        using var plain = lab.Wire.Open(Theirs);
        var answer = lab.Offer(lab.AddLeg("a"), Sdp.Plain(Theirs, VoiceCodec.Pcmu, more: phone.Attributes));
        Assert.Contains("a=ice-mismatch\r\n", answer.Sdp, StringComparison.Ordinal);
        Assert.DoesNotContain("a=candidate", answer.Sdp, StringComparison.Ordinal);
        lab.Run(1);
        Assert.NotEmpty(lab.Wire.Sent);
        Assert.All(lab.Wire.Sent, sent => Assert.Equal(plain.Address, sent.To));
    }

    [Fact(DisplayName = "An answer without ICE, or with a mismatch, makes a call without it")]
    public void OfferNotTaken()
    {
        foreach (var said in new[] { "", "a=ice-mismatch\r\n" })
        {
            using var lab = new PhoneLab();
            var leg = lab.AddLeg("a");
            Assert.Contains("a=ice-ufrag:", lab.Offer(leg, null).Sdp, StringComparison.Ordinal);
            using var plain = lab.Wire.Open(Theirs);
            Assert.Null(lab.Offer(leg, Sdp.Plain(Theirs, VoiceCodec.Pcmu, more: said), isAnswer: true).Error);
            lab.Run(1);
            Assert.True(lab.Wire.Sent.Count(sent => sent.To == plain.Address) > 40);
            Assert.DoesNotContain("ice-", lab.Offer(leg, null).Sdp, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "RFC 7675: without consent for 30 s nothing but checks is sent, also not to the description's address")]
    public void ConsentLost()
    {
        using var lab = new PhoneLab();
        using var phone = new IcePeer(lab.Wire, Theirs, controlling: false);
        Call(lab, lab.AddLeg("a"), phone);
        Run(lab, 2, phone);
        phone.IsDead = true;
        Run(lab, 37, phone);
        var before = lab.Wire.Sent.Count;
        Run(lab, 20, phone);
        Assert.All(lab.Wire.Sent.Skip(before), sent => Assert.True(sent.Bytes[0] < 4));
        phone.IsDead = false;
        phone.Heard = 0;
        Run(lab, 8, phone);
        Assert.True(phone.Heard > 50, $"{phone.Heard}");
    }

    [Fact(DisplayName = "TS-15: candidates in networks of our own get no check, and the most there may be (L3) no flood")]
    public void Candidates()
    {
        using var lab = new PhoneLab();
        var leg = lab.AddLeg("a");
        lab.Offer(leg, null);
        var own = IceCredentials.Create();
        var lines = string.Concat(Enumerable.Range(1, 61).Select(i => $"a=candidate:{i} 1 UDP {1000 - i} 203.0.113.{i} 4000 typ host\r\n"));
        var answer = Sdp.Plain(
            Theirs, VoiceCodec.Pcmu,
            more: $"a=ice-ufrag:{own.Ufrag}\r\na=ice-pwd:{own.Password}\r\na=candidate:0 1 UDP 9000 198.51.100.1 4000 typ host\r\n"
                + "a=candidate:900 1 UDP 8000 10.0.0.1 22 typ host\r\na=candidate:901 1 UDP 8001 127.0.0.1 22 typ host\r\n" + lines);
        Assert.Null(lab.Offer(leg, answer, isAnswer: true).Error);
        lab.Run(10);
        Assert.DoesNotContain(lab.Wire.Sent, sent => sent.To.Port == 22);
        Assert.Equal(62, lab.Wire.Sent.Where(sent => sent.Bytes[0] < 4).Select(sent => sent.To).Distinct().Count());
        Assert.InRange(lab.Wire.Sent.Count(sent => sent.Bytes[0] < 4), 62, 300);
    }

    [Theory(DisplayName = "TS-15: who checks from a network of our own gets no answer and no sound, unless that network is listed")]
    [InlineData(false)]
    [InlineData(true)]
    public void LearnedCandidate(bool isListed)
    {
        using var lab = new PhoneLab(new PhoneSettings { AllowedNetworks = _ => isListed });
        var leg = lab.AddLeg("a");
        using var phone = new IcePeer(lab.Wire, "10.0.0.5:4000", controlling: false);
        phone.Take(lab.Offer(leg, null).Sdp);
        var answer = Sdp.Plain(
            Theirs, VoiceCodec.Pcmu,
            more: $"a=ice-ufrag:{phone.Own.Ufrag}\r\na=ice-pwd:{phone.Own.Password}\r\na=candidate:1 1 UDP 2130706431 198.51.100.1 4000 typ host\r\n");
        Assert.Null(lab.Offer(leg, answer, isAnswer: true).Error);
        leg.Answered(lab.Now);
        Run(lab, 2, phone);
        Assert.Equal(isListed, lab.Wire.Sent.Any(sent => sent.To == phone.Address));
        Assert.Equal(isListed, phone.Heard > 40);
    }

    private static void Call(PhoneLab lab, PhoneLeg leg, IcePeer phone)
    {
        var offer = lab.Offer(leg, null).Sdp;
        Assert.DoesNotContain("a=ice-lite", offer, StringComparison.Ordinal);
        phone.Take(offer);
        Assert.Null(lab.Offer(leg, Describe(phone), isAnswer: true).Error);
        leg.Answered(lab.Now);
    }

    private static string Describe(IcePeer phone) =>
        Sdp.Plain($"{phone.Address.ToIPAddress()}:{phone.Address.Port}", VoiceCodec.Pcmu, more: phone.Attributes)
            .Replace("t=0 0\r\n", phone.IsLite ? "t=0 0\r\na=ice-lite\r\n" : "t=0 0\r\n", StringComparison.Ordinal);

    private static string[] IceLines(string sdp) => [.. sdp.Split("\r\n").Where(line => line.StartsWith("a=ice-", StringComparison.Ordinal))];

    private static void Run(PhoneLab lab, double seconds, params IcePeer[] phones)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            foreach (var phone in phones)
            {
                phone.Tick(lab.Now);
            }

            lab.Run(0.02);
        }
    }
}
