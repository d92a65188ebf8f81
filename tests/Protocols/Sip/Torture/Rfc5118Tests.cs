using System.Net;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Torture;

/// <summary>V-11: the messages of RFC 5118 (eleven, of which 4.10 shows a right one beside the wrong one).</summary>
public class Rfc5118Tests
{
    [Theory(DisplayName = "R-04 RFC 5118 as datagrams and over a stream")]
    [InlineData("4.1", "2001:db8::10", 0)]
    [InlineData("4.3", "2001:db8::10:5070", 0)]
    [InlineData("4.4", "2001:db8::10", 5070)]
    [InlineData("4.5a", "2001:db8::10", 0)]
    [InlineData("4.5b", "2001:db8::10", 0)]
    [InlineData("4.6", "2001:db8::10", 0)]
    [InlineData("4.7", "host.example.net", 0)]
    [InlineData("4.8", "2001:db8::10", 0)]
    [InlineData("4.9", "example.com", 0)]
    [InlineData("4.10a", "2001:db8::192.0.2.1", 0)]
    [InlineData("4.10b", "2001:db8::192.0.2.1", 0)]
    public void Good_messages(string name, string host, int port)
    {
        foreach (var framing in new[] { SipFraming.Datagram, SipFraming.Stream })
        {
            Assert.Equal(SipOutcome.Accepted, SipParser.Parse(TortureFile.Rfc5118[name], framing, out var message, out _));
            Assert.True(SipUri.TryParse(message!.RequestUri, out var uri));
            Assert.Equal((host, port), (uri.Host, uri.Port));
        }
    }

    [Fact(DisplayName = "RFC 5118 4.2 an address without brackets is refused")]
    public void Address_without_brackets()
    {
        Assert.Equal(SipOutcome.Refused, SipParser.Parse(TortureFile.Rfc5118["4.2"], SipFraming.Datagram, out _, out var fault));
        Assert.Equal(400, fault!.Status);
    }

    [Fact(DisplayName = "RFC 5118 4.5 received with and without brackets; we write it without")]
    public void Received()
    {
        foreach (var name in new[] { "4.5a", "4.5b" })
        {
            var via = Read(name).TopVia!;
            Assert.Equal("2001:db8::9:255", via.Parameters["received"]!.Trim('[', ']'));
            Assert.Contains("received=2001:db8::9:ff;", via.SeenFrom(TransportAddress.From(IPAddress.Parse("2001:db8::9:ff"), 5060)) + ";", StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "RFC 5118 4.6, 4.8, 4.9 addresses of both families in Via, Contact and SDP")]
    public void Families()
    {
        Assert.Equal(["2001:db8::9:1", "192.0.2.1", "2001:db8::9:255"], Read("4.7").Vias.Select(via => via.Host));
        Assert.Equal(6050, Read("4.7").TopVia!.Port);
        Assert.Equal(("::ffff:192.0.2.10", 19823), (Read("4.9").TopVia!.Host, Read("4.9").TopVia!.Port));
        Assert.Equal("::ffff:192.0.2.2", Read("4.9").Address(SipHeader.Contact)!.Uri.Host);
        Assert.True(SdpParser.TryParse(SipMultipart.FindSdp(Read("4.6"))!.Value.Span, out _, out _));
        Assert.True(SdpParser.TryParse(SipMultipart.FindSdp(Read("4.8"))!.Value.Span, out var two, out _));
        Assert.Equal(2, two.Media.Count);
    }

    private static SipMessage Read(string name)
    {
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(TortureFile.Rfc5118[name], SipFraming.Datagram, out var message, out _));
        return message!;
    }
}
