using System.Text;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class SdpFragmentTests
{
    private const string Trickle = """
        a=group:BUNDLE 0 1
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        a=mid:0
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
        a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2
        a=end-of-candidates
        """;

    [Fact(DisplayName = "V-15 a trickle fragment (RFC 8840 §9, RFC 9725 §4.3) is read and printed")]
    public void Fragments_are_read_and_printed()
    {
        Assert.True(SdpParser.TryParseFragment(Trickle, out var fragment, out _));

        Assert.Equal(("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1"), (fragment.IceUfrag, fragment.IcePwd));
        var section = Assert.Single(fragment.Media);
        Assert.Equal("0", section.Mid);
        Assert.Equal(2, section.Candidates.Count);
        Assert.True(section.EndOfCandidates);
        Assert.Equal(Given.Wire(Trickle), SdpPrinter.Print(fragment));
        Assert.True(SdpParser.TryParseFragment(Encoding.UTF8.GetBytes(Trickle), out var fromBytes, out _));
        Assert.Equal(Given.Wire(Trickle), fromBytes.ToString());
    }

    [Fact(DisplayName = "A fragment of ours can be read back")]
    public void Fragments_are_built()
    {
        var fragment = new SdpFragment { IceUfrag = "u", IcePwd = "p" };
        fragment.AddSection("a", MediaKind.Audio).Attributes.Add("candidate", "1 1 udp 1 192.0.2.1 9 typ host");

        Assert.Equal(
            "a=ice-ufrag:u\r\na=ice-pwd:p\r\nm=audio 9 RTP/AVP 0\r\na=mid:a\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n",
            fragment.ToString());
    }

    [Theory(DisplayName = "L22 a fragment has no session lines and the limits of a description")]
    [InlineData("v=0", SdpErrorCode.MisplacedLine)]
    [InlineData("a=", SdpErrorCode.InvalidAttribute)]
    [InlineData("nonsense", SdpErrorCode.InvalidLine)]
    public void Broken_fragments_are_refused(string text, SdpErrorCode code)
    {
        Assert.False(SdpParser.TryParseFragment(text, out var fragment, out var error));
        Assert.Equal(new SdpError(code, 1), error);
        Assert.Null(fragment);
    }
}
