using CsCheck;
using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Protocols.Tests.Ice;

public sealed class IceCandidateTests
{
    private static readonly Gen<string> Words = Gen.OneOfConst(
        "raddr", "rport", "tcptype", "active", "so", "ufrag", "10.0.0.1", "::1", "9", "65536", "x\t", "\u3000", "generation", "");

    [Theory(DisplayName = "V-15 RFC 8839 and RFC 6544 candidates are read and printed alike")]
    [InlineData("candidate:1 1 udp 2130706431 203.0.113.141 8998 typ host")]
    [InlineData("candidate:2 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998")]
    [InlineData("candidate:3 1 tcp 2105458943 2001:db8::1 9 typ host tcptype active")]
    [InlineData("candidate:842163049 1 udp 1677729535 0b2c6a8e-3d5b-4f0e-9c8d-1a2b3c4d5e6f.local 50000 typ host ufrag abcd")]
    public void Round_trip(string text)
    {
        Assert.True(IceCandidate.TryParse(text, out var candidate));
        Assert.Equal(text, candidate!.ToString());
    }

    [Fact(DisplayName = "V-15 what browsers add is skipped; names stay names (L3)")]
    public void Browser_candidate()
    {
        const string Text = "a=candidate:1 1 UDP 2122260223 x.local 54400 typ host generation 0 ufrag EsAw network-id 1 network-cost 10";
        Assert.True(IceCandidate.TryParse(Text, out var candidate));
        Assert.Equal("EsAw", candidate!.Ufrag);
        Assert.False(candidate.TryGetAddress(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ")]
    [InlineData("candidate:1 0 udp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 sctp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 4294967296 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 65536 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ guest")]
    [InlineData("candidate:1 1 tcp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 tcp 1 1.2.3.4 9 typ host tcptype maybe")]
    [InlineData("candidate:1\u0007 1 udp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 1 x\0y 9 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ host\r\na=x y")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ host ufrag a\u00A0 generation 0")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ srflx raddr 5.6.7.8")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ srflx rport 9")]
    public void Refused(string text) => Assert.False(IceCandidate.TryParse(text, out _));

    [Theory(DisplayName = "A candidate has at most 48 words; more are refused, not cut")]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Words_are_bounded(int extensions, bool taken)
    {
        var text = "1 1 udp 1 1.2.3.4 9 typ host" + string.Concat(Enumerable.Repeat(" a b", extensions));
        Assert.Equal(taken, IceCandidate.TryParse(text, out _));
    }

    [Fact(DisplayName = "Printed and read again, every candidate that was taken is equal")]
    public void Print_and_parse() => Words.Array[0, 12].Sample(words =>
    {
        var text = "1 1 tcp 7 h 9 typ srflx " + string.Join(' ', words);
        Assert.True(!IceCandidate.TryParse(text, out var candidate)
            || (IceCandidate.TryParse(candidate!.ToString(), out var again) && again == candidate
                && IceCandidate.TryParse(candidate.ToValue(), out again) && again == candidate));
    });

    [Fact]
    public void Host_candidates_carry_the_recommended_priority()
    {
        var udp = IceCandidate.CreateHost(TransportAddress.FromIPv4(0xC0000201, 10000));
        Assert.Equal("candidate:1 1 udp 2130706431 192.0.2.1 10000 typ host", udp.ToString());
        var tcp = IceCandidate.CreateHost(TransportAddress.FromIPv4(0xC0000201, 10000), IceTcpType.Passive);
        Assert.Equal("candidate:2 1 tcp 1526726655 192.0.2.1 10000 typ host tcptype passive", tcp.ToString());
    }

    [Fact]
    public void Random_text_never_throws() =>
        Gen.String[0, 80].Sample(text => !IceCandidate.TryParse("candidate:" + text, out var candidate) || candidate is not null);

    [Fact]
    public void Created_credentials_are_legal_prefixed_and_fresh()
    {
        var first = IceCredentials.Create("n7");
        var second = IceCredentials.Create("n7");
        Assert.True(first.IsLegal);
        Assert.StartsWith("n7", first.Ufrag, StringComparison.Ordinal);
        Assert.True(first.Password.Length >= 24);
        Assert.NotEqual(first.Ufrag, second.Ufrag);
        Assert.NotEqual(first.Password, second.Password);
        Assert.DoesNotContain(first.Password, first.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => IceCredentials.Create("a:b"));
    }
}
