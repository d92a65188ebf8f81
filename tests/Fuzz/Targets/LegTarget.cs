using System.Net;
using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-13: offers and answers of telephones. Our answer has the offer's sections and reads back; asked again it is the same.</summary>
internal static class LegTarget
{
    private const string Head = "v=0\no=- 1 1 IN IP4 198.51.100.1\ns=-\nc=IN IP4 198.51.100.1\nt=0 0\n";
    private const string Crypto = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd|2^20|1:4 WSH=64\n";
    private const string Codecs = "a=rtpmap:96 opus/48000/2\na=fmtp:96 usedtx=1;maxaveragebitrate=16000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n";

    private const string Dtls = "a=setup:actpass\na=tls-id:abc\na=fingerprint:sha-256 "
        + "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\n";

    private const string Ice = "a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuv\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\n";

    private static readonly string[] Seeds =
    [
        $"{Head}m=audio 4000 RTP/AVP 0 8 101\n{Codecs}a=ptime:30\na=maxptime:40\na=sendonly\n",
        $"{Head}m=audio 4000 RTP/SAVP 96 9\n{Codecs}{Crypto}a=rtcp:4444 IN IP4 198.51.100.2\nm=audio 4002 RTP/AVP 0\n",
        $"{Head}m=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/90000\nm=audio 4000 RTP/AVP 96 13\nb=AS:40\n{Codecs}{Dtls}{Crypto}a=rtcp-mux\n",
        $"{Head}a=group:BUNDLE a\n{Ice}m=audio 4000 UDP/TLS/RTP/SAVPF 96\nc=IN IP6 2001:db8::5\na=mid:a\n{Codecs}{Dtls}a=rtcp-mux\n",
        $"{Head}m=audio 0 RTP/AVP 0\nm=message 2855 TCP/MSRP *\n",
    ];

    private static readonly LegPolicy[] Policies =
        [new(LegProtection.Off, true), new(LegProtection.Allow, true), new(LegProtection.Allow, false), new(LegProtection.Require, true)];

    private static readonly LegCapabilities Ours = new()
    {
        IPv4 = IPAddress.Parse("192.0.2.1"),
        IPv6 = IPAddress.Parse("2001:db8::1"),
        Port = 20_000,
        SessionId = 7,
        Fingerprint = Fingerprint.FromHash("sha-256", new byte[32]),
        IceUfrag = "ours",
        IcePwd = "0123456789012345678901",
        ComfortNoise = true,
        NewKey = static length => new byte[length],
    };

    private static readonly LegDescription Before = LegAnswerer.Answer(Seeds[1], Ours, Policies[1], null).Description!;
    private static readonly LegOfferSent Sent = LegOfferer.Offer(Ours, Policies[1], null).Offer;

    public static FuzzTarget Target => new("Z-13", "SDP offers and answers of legs", [.. Seeds.Select(Encoding.ASCII.GetBytes)], () => Check)
    {
        Shape = SeedShape.Lines,
        MaxLength = 8 * 1024,

        // Each text is read ten times.
        FreeAllocation = 2 * 1024 * 1024,
    };

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var text = Encoding.Latin1.GetString(input);
        var verdict = FuzzVerdict.Refused;
        foreach (var policy in Policies)
        {
            var step = LegAnswerer.Answer(text, Ours, policy, null);
            if (step.Description is null)
            {
                continue;
            }

            verdict = FuzzVerdict.Accepted;
            if (Fault(text, step, policy) is { } fault)
            {
                return FuzzVerdict.Violates(fault);
            }
        }

        var again = LegAnswerer.Answer(text, Ours, Policies[1], Before);
        if (again.Description is { } description && description.Version is < 1 or > 2)
        {
            return FuzzVerdict.Violates("the version jumps");
        }

        return LegOfferer.Accept(text, Sent, Ours, Policies[1], null).Description is { Audio: null }
            ? FuzzVerdict.Violates("an accepted answer has no sound")
            : verdict;
    }

    private static string? Fault(string offer, LegStep step, LegPolicy policy)
    {
        var audio = step.Description!.Audio;
        if (!SdpParser.TryParse(step.Sdp, out var answer, out _) || answer.Media.Count != step.Description.Sections.Length)
        {
            return "the answer does not read, or lacks a section";
        }

        if (audio is null || audio.Formats.IsEmpty || answer.Media.Count(media => media.Port != 0) != 1)
        {
            return "a first answer without exactly one section of sound";
        }

        if ((policy.Protection == LegProtection.Require && audio.Security == LegSecurity.Plain)
            || (policy.Protection == LegProtection.Off && audio.Security != LegSecurity.Plain)
            || (!policy.MaySendKeys && audio.Security == LegSecurity.Sdes))
        {
            return "protection against the policy";
        }

        return LegAnswerer.Answer(offer, Ours, policy, step.Description).Sdp == step.Sdp ? null : "the same offer has another answer";
    }
}
