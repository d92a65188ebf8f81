using System.Text;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class SdpRoundTripTests
{
    [Theory(DisplayName = "V-15 an RFC example prints as it was written")]
    [MemberData(nameof(RfcSamples.All), MemberType = typeof(RfcSamples))]
    public void Rfc_examples_print_as_written(string name, string text)
    {
        var description = Given.Parsed(text);

        Assert.True(Given.Wire(text) == SdpPrinter.Print(description), name);
        Assert.Equal(SdpPrinter.Print(description), SdpPrinter.Print(Given.Parsed(SdpPrinter.Print(description))));
    }

    [Theory(DisplayName = "A browser's offer prints as it was written, whatever the line ends and the encoding")]
    [MemberData(nameof(BrowserOffers.All), MemberType = typeof(BrowserOffers))]
    public void Browser_offers_print_as_written(string name, string text)
    {
        var wire = Given.Wire(text);

        Assert.Equal(wire, SdpPrinter.Print(Given.Parsed(wire)));
        Assert.Equal(wire, SdpPrinter.Print(Given.Parsed(wire.ReplaceLineEndings("\n"))));
        Assert.True(SdpParser.TryParse(Encoding.UTF8.GetBytes(wire), out var fromBytes, out _), name);
        Assert.Equal(wire, SdpPrinter.Print(fromBytes));
    }

    [Fact(DisplayName = "Every session line has its place: i u e p c b t r z k")]
    public void Session_lines_are_kept()
    {
        const string Text = """
            v=0
            o=jdoe 2890844526 2890842807 IN IP4 198.51.100.1
            s=Séminaire
            i=A Seminar
            u=http://www.example.com/seminar.pdf
            e=j.doe@example.com (Jane Doe)
            e=second@example.com
            p=+1 617 555-6011
            c=IN IP4 233.252.0.1/127
            b=CT:128
            b=X-YZ:1
            t=2873397496 2873404696
            r=604800 3600 0 90000
            r=7d 1h 0 25h
            t=3034423619 3042462419
            z=2882844526 -1h 2898848070 0
            k=prompt
            a=recvonly
            a=charset
            a=tool:
            m=audio 49170/2 RTP/AVP 0
            i=voice
            c=IN IP6 2001:db8::1
            b=AS:64
            k=clear:x
            a=ptime:20
            """;

        var description = Given.Parsed(Text);

        Assert.Equal(Given.Wire(Text), SdpPrinter.Print(description));
        Assert.Equal(2, description.Media[0].PortCount);
        Assert.Equal(20, description.Media[0].PacketTime);
        Assert.Equal(MediaDirection.RecvOnly, description.DirectionOf(description.Media[0]));
    }

    [Fact(DisplayName = "A value chosen by a user cannot add a line")]
    public void Line_ends_inside_values_are_not_printed()
    {
        var description = new SessionDescription { Name = "x\r\na=evil" };
        description.Attributes.Add("tool", "y\r\nm=audio 1 RTP/AVP 0\0");

        var again = Given.Parsed(SdpPrinter.Print(description));

        Assert.Equal("xa=evil", again.Name);
        Assert.Empty(again.Media);
        Assert.Equal("ym=audio 1 RTP/AVP 0", Assert.Single(again.Attributes).Value);
    }
}
