using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Tests.Sip.Torture;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-14 and Z-15: SIP framing and messages.</summary>
internal static class SipTargets
{
    private static readonly byte[][] Messages = [.. TortureFile.Rfc4475.Values, .. TortureFile.Rfc5118.Values];

    private static readonly SipUasRules Rules = new();

    public static FuzzTarget Message => new("Z-15", "SIP message, URI, addresses, Via, multipart, answer", Messages, () => CheckMessage)
    {
        Shape = SeedShape.Lines,
        MaxLength = SipLimits.MaxHeaderBytes + 8192,

        // All that is lazy is read here, twice over, and an answer written and read.
        FreeAllocation = 512 * 1024,
    };

    public static FuzzTarget Framing => new("Z-14", "SIP stream framing", [.. Messages, Pings(Messages)], () => CheckFraming)
    {
        Shape = SeedShape.Lines,
        MaxLength = 16 * 1024,
    };

    public static FuzzTarget Digest => new("Z-20", "SIP digest header", [.. DigestSeeds.Select(Encoding.ASCII.GetBytes)], StartDigest)
    {
        Shape = SeedShape.Lines,
    };

    private static string[] DigestSeeds =>
    [
        "Digest username=\"alice\", realm=\"r\", nonce=\"AAAA\", uri=\"sip:r\", response=\"0\", algorithm=MD5, cnonce=\"x\", qop=auth, nc=00000001, opaque=\"\"",
        "Digest realm=\"r\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv\", algorithm=SHA-256, qop=\"auth,auth-int\", stale=TRUE, domain=\"sip:a sip:b\"",
        "Digest username=\"a\\\"b, c=d\",realm=\"r\" , nonce = x ,uri=\"sip:%00@r\"",
    ];

    /// <summary>Whatever the header says, nobody gets in who does not know the secret, and a client's answer reads back.</summary>
    private static FuzzCheck StartDigest()
    {
        var ids = new SipIds(new byte[32]);
        var challenger = new SipChallenger("r", new byte[32], ids) { AllowWithoutQop = true };
        return input =>
        {
            var value = SipText.Encode(Encoding.Latin1.GetString(input));
            var request = SipBuilder.Request("REGISTER", "sip:r").Add(SipHeader.Via, "SIP/2.0/UDP c;branch=z9hG4bK1").Add(SipHeader.From, "<sip:a@r>;tag=1")
                .Add(SipHeader.To, "<sip:a@r>").Add(SipHeader.CallId, "c").Add(SipHeader.CSeq, "1 REGISTER").Add(SipHeader.Authorization, value).Build();
            if (challenger.Verify(default, request, (_, _) => "secret", out _) == SipDigestVerdict.Accepted)
            {
                return FuzzVerdict.Violates("a stranger got in");
            }

            var challenge = SipBuilder.ResponseTo(request, 401, null, "t").Add(SipHeader.WwwAuthenticate, value).Build();
            var answer = new SipCredentials("r", "a", "p", ids).Answer(request, challenge);
            return answer is not null && !SipDigestFields.TryParse(answer[0].Value, out _) ? FuzzVerdict.Violates("our answer does not read")
                : SipDigestFields.TryParse(value, out _) ? FuzzVerdict.Accepted : FuzzVerdict.Refused;
        };
    }

    private static FuzzVerdict CheckMessage(ReadOnlySpan<byte> input)
    {
        var outcome = SipParser.Parse(input.ToArray(), SipFraming.Datagram, out var message, out var fault);
        if (outcome == SipOutcome.Accepted != fault is null || (outcome != SipOutcome.Dropped && message is null))
        {
            return FuzzVerdict.Violates("outcome and fault disagree");
        }

        if (outcome == SipOutcome.Dropped)
        {
            return FuzzVerdict.Refused;
        }

        return ReadAll(message!) ?? Answer(message!, fault) ?? (outcome == SipOutcome.Accepted ? FuzzVerdict.Accepted : FuzzVerdict.Refused);
    }

    /// <summary>Everything lazy is asked for; lenient and strict Via agree where both read.</summary>
    private static FuzzVerdict? ReadAll(SipMessage message)
    {
        foreach (var name in new[] { SipHeader.Contact, SipHeader.Route, SipHeader.RecordRoute, SipHeader.ReferTo })
        {
            if (message.TryGetAddresses(name, out var addresses) && addresses.Any(address => !IsStable(address)))
            {
                return FuzzVerdict.Violates($"{name} written again says something else");
            }
        }

        foreach (var value in message.List(SipHeader.Via))
        {
            if (SipVia.TryParse(value, lenient: false, out var strict) &&
                (!SipVia.TryParse(value, lenient: true, out var lenient) || lenient.ToString() != strict.ToString()))
            {
                return FuzzVerdict.Violates("lenient and strict Via disagree");
            }
        }

        _ = SipMultipart.TryRead(message, out var parts) ? parts.Sum(part => part.Content.Length) : 0;
        _ = message.IsRequest ? Rules.Check(message) : null;
        return parts.Count > SipLimits.MaxParts + 1 ? FuzzVerdict.Violates("too many parts") : null;
    }

    private static bool IsStable(SipNameAddress address) =>
        SipNameAddress.TryParse(address.ToString(), out var again) && again.ToString() == address.ToString() && again.Uri.IsSame(address.Uri);

    /// <summary>Whatever came in, what we answer is in order and no longer than it must be.</summary>
    private static FuzzVerdict? Answer(SipMessage request, SipFault? fault)
    {
        if (!request.IsRequest || request.Method == SipMethod.Ack)
        {
            return null;
        }

        var response = SipBuilder.ResponseTo(request, fault?.Status ?? 200, fault?.Reason, "tag", TransportAddress.FromIPv4(0x7F000001, 5060)).Build();
        if (!response.IsResponse || response.TopVia?.Branch != request.TopVia!.Branch)
        {
            return FuzzVerdict.Violates("the answer is not to the request");
        }

        return fault is null && SipParser.Parse(response.Bytes, SipFraming.Stream, out _, out _) != SipOutcome.Accepted
            ? FuzzVerdict.Violates("our answer to a good request is none")
            : null;
    }

    private static FuzzVerdict CheckFraming(ReadOnlySpan<byte> input)
    {
        var whole = Frames(input, input.Length);
        var pieces = input.Length == 0 ? 1 : 1 + (input[0] * 7 + input[^1]) % Math.Max(1, input.Length);
        if (!Same(whole, Frames(input, pieces)))
        {
            return FuzzVerdict.Violates($"pieces of {pieces} give other frames");
        }

        return whole.Count > 0 ? FuzzVerdict.Accepted : FuzzVerdict.Refused;
    }

    private static bool Same(List<(SipFrameKind Kind, byte[] Bytes)> a, List<(SipFrameKind Kind, byte[] Bytes)> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => pair.First.Kind == pair.Second.Kind && pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes));

    private static List<(SipFrameKind Kind, byte[] Bytes)> Frames(ReadOnlySpan<byte> input, int piece)
    {
        var framer = new SipStreamFramer();
        List<(SipFrameKind, byte[])> frames = [];
        while (!input.IsEmpty)
        {
            var length = Math.Min(piece, input.Length);
            framer.Append(default, input[..length]);
            input = input[length..];
            while (framer.TryTake(out var frame) is var kind and not SipFrameKind.None)
            {
                frames.Add((kind, frame.ToArray()));
            }
        }

        return frames;
    }

    private static byte[] Pings(byte[][] messages) => [.. Encoding.ASCII.GetBytes("\r\n\r\n"), .. messages[0], .. Encoding.ASCII.GetBytes("\r\n"), .. messages[2]];
}
