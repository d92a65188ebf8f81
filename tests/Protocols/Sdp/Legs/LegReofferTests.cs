using Sylk.Conference.Protocols.Sdp;
using static Sylk.Conference.Protocols.Tests.Sdp.Legs.GivenLeg;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

/// <summary>Every form of an offer within a call.</summary>
public class LegReofferTests
{
    private const string First = "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=rtcp-mux\n";
    private const string Audio = "a=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n";

    /// <summary>The offer; then our version, and our sections.</summary>
    public static TheoryData<string, string, int, string> Forms => new()
    {
        { "nothing changed but their version", First, 1, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendrecv\na=rtcp-mux" },
        { "another port", First.Replace("4000", "4444", StringComparison.Ordinal), 1, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendrecv\na=rtcp-mux" },
        { "another address", First + "c=IN IP4 203.0.113.5\n", 1, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendrecv\na=rtcp-mux" },
        { "hold", First + "a=sendonly\n", 2, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=recvonly\na=rtcp-mux" },
        { "hold both ways", First + "a=inactive\n", 2, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=inactive\na=rtcp-mux" },
        { "they only listen", First + "a=recvonly\n", 2, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendonly\na=rtcp-mux" },
        { "hold of old", First + "c=IN IP4 0.0.0.0\n", 1, $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendrecv\na=rtcp-mux" },
        {
            "a section more", First + "m=video 4002 RTP/AVP 96\na=rtpmap:96 VP8/90000\n", 2,
            $"m=audio 20000 RTP/AVP 0 101\n{Audio}a=sendrecv\na=rtcp-mux\nm=video 0 RTP/AVP 96"
        },
        {
            "other numbers", "m=audio 4000 RTP/AVP 0 99\na=rtpmap:99 telephone-event/8000\na=rtcp-mux\n", 2,
            "m=audio 20000 RTP/AVP 0 99\na=rtpmap:0 PCMU/8000\na=rtpmap:99 telephone-event/8000\na=fmtp:99 0-15\na=sendrecv\na=rtcp-mux"
        },
        { "another codec", "m=audio 4000 RTP/AVP 8\na=rtcp-mux\n", 2, "m=audio 20000 RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=sendrecv\na=rtcp-mux" },
        { "RTCP apart", "m=audio 4000 RTP/AVP 0\n", 2, "m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv" },
        { "no sound any more", "m=audio 0 RTP/AVP 0\n", 2, "m=audio 0 RTP/AVP 0" },
        {
            "keys from now on", $"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\n", 2,
            $"m=audio 20000 RTP/SAVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{new string('A', 40)}"
        },
    };

    [Theory(DisplayName = "Each form of an offer within a call has its answer, with one version more when our text is another")]
    [MemberData(nameof(Forms))]
    public void Form(string name, string offer, int version, string expected)
    {
        var current = Answer(First).Description;
        var step = Answer(offer, current: current);
        Assert.Null(step.Refusal);
        Assert.Equal((name, expected), (name, Sections(step.Sdp)));
        Assert.Contains($"o=- 7 {version} IN IP4", step.Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Target, packet numbers and direction are those of the last offer")]
    public void Moved()
    {
        var current = Answer(First).Description;
        var held = Answer(First + "a=sendonly\n", current: current).Description;
        Assert.True(held!.IsHeld);
        var moved = Answer(
            "m=audio 4444 RTP/AVP 96 97\nc=IN IP4 203.0.113.5\na=rtpmap:96 PCMU/8000\na=rtpmap:97 telephone-event/8000\n", current: held).Description!;
        Assert.Equal(("203.0.113.5:4444", "203.0.113.5:4445"), (moved.Audio!.Rtp.ToString(), moved.Audio.Rtcp.ToString()));
        Assert.Equal((96, 96), (moved.Audio.Formats[0].SendPayloadType, moved.Audio.Formats[0].ReceivePayloadType));
        Assert.Equal(97, moved.Audio.Keys[0].SendPayloadType);
        Assert.False(moved.IsHeld);
    }

    [Fact(DisplayName = "Versions rise with each change and never fall, also back to a text there was before")]
    public void Versions()
    {
        var description = Answer(First).Description;
        foreach (var (direction, expected) in new[] { ("sendrecv", 1ul), ("sendonly", 2ul), ("sendonly", 2ul), ("sendrecv", 3ul), ("inactive", 4ul) })
        {
            description = Answer($"{First}a={direction}\n", current: description).Description;
            Assert.Equal(expected, description!.Version);
        }
    }

    [Fact(DisplayName = "A call without sound goes on, and has sound again when it is offered")]
    public void SoundComesBack()
    {
        var current = Answer(First).Description;
        var silent = Answer("m=audio 0 RTP/AVP 0\n", current: current).Description!;
        Assert.Equal((-1, null, false), (silent.AudioIndex, silent.Audio, silent.HasAudio));
        Assert.NotNull(Answer(First, current: silent).Description!.Audio);
    }

    [Fact(DisplayName = "A dropped section is against the rules, and a refused offer says what it lacks")]
    public void Refused()
    {
        var current = Answer(First + "m=video 4002 RTP/AVP 96\n").Description;
        Assert.Equal(LegRefusalKind.Invalid, Answer(First, current: current).Refusal!.Kind);
        Assert.Equal(305, Answer("m=audio 4000 RTP/AVP 18\nm=video 0 RTP/AVP 96\n", current: current).Refusal!.Warning);
    }

    [Fact(DisplayName = "The same SDES key keeps ours; another key of theirs keeps ours too; another suite gets a new one")]
    public void SdesAgain()
    {
        var count = 0;
        var ours = Ours with { NewKey = length => Enumerable.Repeat((byte)++count, length).ToArray() };
        var first = Answer($"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\n", ours: ours).Description;
        var same = Answer($"m=audio 4000 RTP/SAVP 0\na=sendonly\na=crypto:2 {Key80}\n", ours: ours, current: first).Description!;
        Assert.Equal((1, 2), (same.Audio!.LocalKey!.Key[0], same.Audio.LocalKey.Tag));
        Assert.True(same.Audio.RemoteKey!.HasSameKey(first!.Audio!.RemoteKey));
        var rekeyed = $"m=audio 4000 RTP/SAVP 0\na=crypto:2 {Key80.Replace("AAEC", "BBEC", StringComparison.Ordinal)}\n";
        var next = Answer(rekeyed, ours: ours, current: same).Description!;
        Assert.Equal(1, next.Audio!.LocalKey!.Key[0]);
        Assert.False(next.Audio.RemoteKey!.HasSameKey(first.Audio.RemoteKey));
        var other = Answer($"m=audio 4000 RTP/SAVP 0\na=crypto:2 AEAD_AES_128_GCM inline:{new string('C', 37)}w==\n", ours: ours, current: next);
        Assert.Null(other.Refusal);
        Assert.Equal(2, other.Description!.Audio!.LocalKey!.Key[0]);
    }

    [Theory(DisplayName = "The association stays while fingerprint, tls-id and transport do, and our role with it")]
    [InlineData(Print, "", "a=rtcp-mux\n", true)]
    [InlineData(OtherPrint, "", "a=rtcp-mux\n", false)]
    [InlineData(Print, "a=tls-id:12345678901234567890\n", "a=rtcp-mux\n", false)]
    [InlineData(Print, "", "", false)]
    public void Association(string print, string tlsId, string mux, bool stays)
    {
        var first = Answer($"m=audio 4000 UDP/TLS/RTP/SAVP 0\na=setup:passive\na=fingerprint:{Print}\na=rtcp-mux\n").Description!;
        var step = Answer($"m=audio 4000 UDP/TLS/RTP/SAVP 0\na=setup:actpass\na=sendonly\na=fingerprint:{print}\n{tlsId}{mux}", current: first);
        Assert.Equal(stays, step.Description!.Audio!.HasSameAssociation(first.Audio));
        Assert.Contains(stays ? "a=setup:active\r\n" : "a=setup:passive\r\n", step.Sdp, StringComparison.Ordinal);
    }
}
