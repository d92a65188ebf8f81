using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Messages;

public class SipUriTests
{
    [Theory(DisplayName = "V-12 RFC 3261 19.1.4: these are the same")]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [InlineData("sip:bob@[::ffff:192.0.2.128]", "sip:bob@[::ffff:c000:280]")]
    [InlineData("sip:bob@[2001:db8::9:1]", "sip:bob@[2001:db8::9:01]")]
    [InlineData("sip:bob@[::FFFF:129.144.52.38]", "sip:bob@129.144.52.38")]
    public void Same(string a, string b)
    {
        Assert.True(Read(a).IsSame(Read(b)));
        Assert.True(Read(b).IsSame(Read(a)));
    }

    [Theory(DisplayName = "V-12 RFC 3261 19.1.4: these are not")]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [InlineData("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:a@b", "sips:a@b")]
    [InlineData("sip:a%40b@c", "sip:a%2640b@c")]
    [InlineData("sip:a@b;user=phone", "sip:a@b")]
    [InlineData("sip:a@b;maddr=1.2.3.4", "sip:a@b")]
    [InlineData("sip:%00@b", "sip:%00%00@b")]
    public void Different(string a, string b)
    {
        Assert.False(Read(a).IsSame(Read(b)));
        Assert.False(Read(b).IsSame(Read(a)));
    }

    [Theory(DisplayName = "SIP-MSG-17 SIP-MSG-18 what is no URI")]
    [InlineData("")]
    [InlineData("sip")]
    [InlineData("sip:")]
    [InlineData(":a@b")]
    [InlineData("sip:@b")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b:")]
    [InlineData("sip:a@b:0")]
    [InlineData("sip:a@b:65536")]
    [InlineData("sip:a@b;")]
    [InlineData("sip:a@b;;x")]
    [InlineData("sip:a@b;=x")]
    [InlineData("sip:a@2001:db8::1")]
    [InlineData("sip:a@[2001:db8::1")]
    [InlineData("sip:a@[fe80::1%eth0]")]
    [InlineData("sip:a@[1.2.3.4]")]
    [InlineData("sip:a b@c")]
    [InlineData("sip:a@b c")]
    [InlineData("tel:")]
    [InlineData("tel:alice")]
    public void Refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    [Fact(DisplayName = "SIP-MSG-17 parts of SIP, tel and other URIs, and the text as it was")]
    public void Parts()
    {
        var uri = Read("sips:al%20ice:pw@[2001:db8::1]:5061;lr;transport=tls;x=%00?Replaces=a%3Bb");

        Assert.Equal(("sips", "al%20ice", "al ice", "pw"), (uri.Scheme, uri.User, uri.PlainUser, uri.Password));
        Assert.Equal(("2001:db8::1", 5061, "tls", true), (uri.Host, uri.Port, uri.Transport, uri.IsLoose));
        Assert.Equal("Replaces=a%3Bb", uri.Headers);
        Assert.Equal("sips:al%20ice:pw@[2001:db8::1]:5061;lr;transport=tls;x=%00", uri.ForRequest());
        Assert.Equal("sip:a@b;x=1", Read("sip:a@b;method=BYE;x=1?y=z").ForRequest());
        Assert.Equal(("+1-201-555-0123", "5"), (Read("tel:+1-201-555-0123;ext=5").User, Read("tel:+1-201-555-0123;ext=5").Parameters["ext"]));
        Assert.Equal("isbn", Read("isbn:2983792873").Scheme);
        Assert.Equal("sip:Alice@example.com", Read("sip:%41lice@EXAMPLE.com;transport=tcp?a=b").AddressOfRecord);
        Assert.Equal("sip:J%C3%BCrg%40home@[::1]:5", SipUri.Create("Jürg@home", "::1", 5).ToString());
    }

    [Fact(DisplayName = "L10 a URI of more than 2 KiB is refused")]
    public void Too_long()
    {
        Assert.True(SipUri.TryParse("sip:" + new string('a', 2042) + "@b", out _));
        Assert.False(SipUri.TryParse("sip:" + new string('a', 2043) + "@b", out _));
    }

    private static SipUri Read(string text) => SipUri.TryParse(text, out var uri) ? uri : throw new ArgumentException(text);
}
