using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Digest;

public class SipDigestTests
{
    private const string Realm = "example.com";
    private static readonly SipIds Ids = new(new byte[32]);
    private static readonly Instant Start = Instant.FromMilliseconds(1_000_000);

    [Fact(DisplayName = "V-08 V-09 RFC 2617 3.5 and RFC 7616 3.9.1: MD5 and SHA-256")]
    public void Vectors()
    {
        static string Compute(SipDigestAlgorithm algorithm, string realm, string password, SipDigestProof proof) =>
            SipDigest.Response(algorithm, SipDigest.SecretOf(algorithm, "Mufasa", realm, password), proof, "GET", "/dir/index.html");

        var old = new SipDigestProof("dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b");
        var recent = new SipDigestProof("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        Assert.Equal("6629fae49393a05397450978507c4ef1", Compute(SipDigestAlgorithm.Md5, "testrealm@host.com", "Circle Of Life", old));
        Assert.Equal("8ca523f5e9506fed4657c9700eebdbec", Compute(SipDigestAlgorithm.Md5, "http-auth@example.org", "Circle of Life", recent));
        Assert.Equal("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", Compute(SipDigestAlgorithm.Sha256, "http-auth@example.org", "Circle of Life", recent));
    }

    [Fact(DisplayName = "SIP-AU-1 TS-07 one challenge per algorithm, SHA-256 first, one nonce, qop auth; one alone for old agents")]
    public void Challenges()
    {
        var challenger = Challenger();
        var headers = challenger.Challenge(Start).Headers.Select(header => Fields(header.Value)).ToList();
        Assert.Equal(["SHA-256", "MD5"], headers.Select(fields => fields["algorithm"]));
        Assert.Single(headers.Select(fields => fields["nonce"]).Distinct());
        Assert.All(headers, fields => Assert.Equal(("auth", Realm, null), (fields["qop"], fields["realm"], fields["stale"])));
        Assert.Equal("MD5", Fields(Assert.Single(challenger.Challenge(Start, only: SipDigestAlgorithm.Md5).Headers).Value)["algorithm"]);
        Assert.NotEqual(headers[0]["nonce"], Fields(challenger.Challenge(Start).Headers[0].Value)["nonce"]);
    }

    [Theory(DisplayName = "SIP-AU-3 both ends of ours agree, in either algorithm")]
    [InlineData(SipDigestAlgorithm.Md5)]
    [InlineData(SipDigestAlgorithm.Sha256)]
    public void Agreement(SipDigestAlgorithm algorithm)
    {
        var challenger = Challenger();
        var request = Signed(challenger, Start, algorithm);
        Assert.Equal(SipDigestVerdict.Accepted, challenger.Verify(Start, request, Secret, out var user));
        Assert.Equal("alice", user);
    }

    [Fact(DisplayName = "R-28 TS-07 nc goes up: the same again and a lower one are replays, gaps are not")]
    public void Replays()
    {
        var challenger = Challenger();
        var challenge = Response(challenger.Challenge(Start));
        var credentials = Credentials();
        var requests = Enumerable.Range(1, 4).Select(i => Sign(credentials, challenge, $"call{i}")).ToList();

        Assert.Equal(SipDigestVerdict.Accepted, challenger.Verify(Start, requests[0], Secret, out _));
        Assert.Equal(SipDigestVerdict.Replayed, challenger.Verify(Start, requests[0], Secret, out _));
        Assert.Equal(SipDigestVerdict.Accepted, challenger.Verify(Start, requests[3], Secret, out _));
        Assert.Equal(SipDigestVerdict.Replayed, challenger.Verify(Start, requests[2], Secret, out _));
    }

    [Fact(DisplayName = "TS-07 a nonce lives 60 s, then stale; one of another realm, key or making is none")]
    public void Nonces()
    {
        var challenger = Challenger();
        var request = Signed(challenger, Start, SipDigestAlgorithm.Sha256);
        Assert.Equal(SipDigestVerdict.Stale, challenger.Verify(Start + TimeSpan.FromSeconds(61), request, Secret, out _));
        Assert.Equal("true", Fields(challenger.Challenge(Start, stale: true).Headers[0].Value)["stale"]);
        var other = new SipChallenger(Realm, [.. Enumerable.Repeat((byte)9, 32)], Ids);
        Assert.Equal(SipDigestVerdict.Replayed, other.Verify(Start, request, Secret, out _));
        Assert.Equal(SipDigestVerdict.Missing, new SipChallenger("other.example", new byte[32], Ids).Verify(Start, request, Secret, out _));
    }

    [Theory(DisplayName = "SIP-AU-3 what is refused, and as what")]
    [InlineData("qop=auth, ", "", SipDigestVerdict.Missing)]
    [InlineData("username=\"alice\"", "username=\"bob\"", SipDigestVerdict.Wrong)]
    [InlineData("uri=\"sip:example.com\"", "uri=\"http://example.com\"", SipDigestVerdict.Replayed)]
    [InlineData("nc=00000001", "nc=1", SipDigestVerdict.Wrong)]
    [InlineData("algorithm=SHA-256", "algorithm=SHA-1", SipDigestVerdict.Missing)]
    [InlineData("Digest ", "NoOneKnowsThisScheme ", SipDigestVerdict.Missing)]
    [InlineData("username=\"alice\"", "username=\"alice\", username=\"bob\"", SipDigestVerdict.Missing)]
    [InlineData("nonce=\"", "nonce=\"A", SipDigestVerdict.Replayed)]
    public void Refusals(string from, string to, SipDigestVerdict verdict)
    {
        var challenger = Challenger();
        var value = Signed(challenger, Start, SipDigestAlgorithm.Sha256).First(SipHeader.Authorization)!;
        Assert.Contains(from, value, StringComparison.Ordinal);
        var request = Register("c").Add(SipHeader.Authorization, value.Replace(from, to, StringComparison.Ordinal)).Build();
        Assert.Equal(verdict, challenger.Verify(Start, request, Secret, out _));
    }

    [Fact(DisplayName = "TS-08 SIP-AU-6 a client answers its realm only, the topmost it knows, once per nonce, and once more on stale")]
    public void Client_rules()
    {
        var credentials = Credentials();
        var request = Register("c").Build();
        SipMessage Challenge(params string[] values) => Response(new SipFault(401, "x") { Headers = [.. values.Select(value => (SipHeader.WwwAuthenticate, value))] });
        static string Value(string realm, string nonce, string more = "") => $"Digest realm=\"{realm}\", nonce=\"{nonce}\", qop=\"auth-int,auth\"{more}";

        Assert.Null(credentials.Answer(request, Challenge(Value("evil.example", "n"))));
        Assert.Null(credentials.Answer(request, Challenge("Basic realm=\"example.com\"")));
        var first = credentials.Answer(request, Challenge(Value(Realm, "n", ", algorithm=SHA-512-256"), Value(Realm, "n", ", algorithm=SHA-256"), Value(Realm, "n")));
        Assert.Equal("SHA-256", Fields(Assert.Single(first!).Value)["algorithm"]);
        var signed = Register("c").AddAll(first!).Build();
        Assert.Null(credentials.Answer(signed, Challenge(Value(Realm, "n"))));
        Assert.Null(credentials.Answer(signed, Challenge(Value(Realm, "m"))));
        Assert.NotNull(credentials.Answer(request, Challenge(Value(Realm, "n"))));
        Assert.NotNull(credentials.Answer(signed, Challenge(Value(Realm, "o", ", stale=true"))));
        Assert.Null(credentials.Answer(signed, Challenge(Value(Realm, "p", ", stale=true"))));
    }

    [Fact(DisplayName = "TS-07 the table of counts is bounded")]
    public void Bounded_counts()
    {
        var challenger = Challenger();
        for (var i = 0; i < 10_500; i++)
        {
            Assert.Equal(SipDigestVerdict.Accepted, challenger.Verify(Start, Signed(challenger, Start, SipDigestAlgorithm.Md5), Secret, out _));
        }

        Assert.InRange(challenger.Held, 1, 10_001);
        challenger.Verify(Start + TimeSpan.FromSeconds(200), Signed(challenger, Start + TimeSpan.FromSeconds(200), SipDigestAlgorithm.Md5), Secret, out _);
        Assert.Equal(1, challenger.Held);
    }

    private static string? Secret(string user, SipDigestAlgorithm algorithm) => user == "alice" ? SipDigest.SecretOf(algorithm, "alice", Realm, "secret") : null;

    private static SipChallenger Challenger() => new(Realm, new byte[32], Ids);

    private static SipCredentials Credentials() => new(Realm, "alice", "secret", Ids);

    private static SipMessage Signed(SipChallenger challenger, Instant now, SipDigestAlgorithm algorithm) =>
        Sign(Credentials(), Response(challenger.Challenge(now, only: algorithm)), "c");

    private static SipMessage Sign(SipCredentials credentials, SipMessage challenge, string call) =>
        Register(call).AddAll(credentials.Answer(Register(call).Build(), challenge)!).Build();

    private static SipBuilder Register(string call) => SipBuilder.Request("REGISTER", "sip:example.com").Add(SipHeader.Via, "SIP/2.0/UDP c;branch=z9hG4bK1")
        .Add(SipHeader.From, "<sip:alice@example.com>;tag=1").Add(SipHeader.To, "<sip:alice@example.com>").Add(SipHeader.CallId, call).Add(SipHeader.CSeq, "1 REGISTER");

    private static SipMessage Response(SipFault fault) => SipBuilder.ResponseTo(Register("c").Build(), fault.Status, null, "t").AddAll(fault.Headers).Build();

    private static SipDigestFields Fields(string value) => SipDigestFields.TryParse(value, out var fields) ? fields : throw new ArgumentException(value);
}
