using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Tests;

/// <summary>Whom this server calls (limit L21, attack TS-11).</summary>
public sealed class DialPolicyTests
{
    private static readonly DialSettings On = new()
    {
        Enabled = true,
        AllowPrefixes = [TollCorpus.AllowedPrefix, "77"],
        AllowDomains = [TollCorpus.AllowedDomain, "*.below.example"],
        Trunks = [new SipTrunk("main", Uri("sip:trunk.example;transport=tcp")), new SipTrunk("second", Uri("sip:second.example:5080"))],
    };

    [Fact(DisplayName = "R-27: none of more than 200 spellings is called, by default or with a short list of what may be")]
    public void Corpus()
    {
        var spellings = TollCorpus.All.ToArray();
        Assert.True(spellings.Length >= 200);
        Assert.All(spellings, spelling => Assert.Equal(ErrorCodes.CapabilityMissing, new DialPolicy(new DialSettings()).Judge(spelling).Refusal?.Code));
        Assert.All(spellings, spelling => Assert.True(new DialPolicy(On).Judge(spelling) is { Target: null, Refusal.Code: ErrorCodes.AddressUnroutable }, spelling));
    }

    [Fact(DisplayName = "R-27: a dial plan for everything opens nothing that is not listed")]
    public void Planned()
    {
        var planned = On with { Routes = () => [new PhoneRoute("r", CallDirection.Out, RouteAction.Dial) { DialTrunk = "second", Rewrite = "00{rest}", ToPattern = "+*" }] };
        Assert.All(TollCorpus.All, spelling => Assert.True(new DialPolicy(planned).Judge(spelling) is { Target: null }, spelling));
        Assert.Equal("sip:0031201234567@second.example:5080;user=phone", new DialPolicy(planned).Judge("+31201234567").Target?.Uri.ToString());
        var broken = planned with { Routes = () => [new PhoneRoute("r", CallDirection.Out, RouteAction.Dial) { DialTrunk = "second", Rewrite = "{number};evil" }] };
        Assert.Null(new DialPolicy(broken).Judge("+31201234567").Target);
    }

    [Theory(DisplayName = "A pattern has one star at most")]
    [InlineData("+31*", "+31201234567", "201234567")]
    [InlineData("*", "", "")]
    [InlineData("+31*67", "+31201234567", "2012345")]
    [InlineData("+3167", "+31201234567", null)]
    [InlineData("+31*31", "+31", null)]
    [InlineData("Alice", "alice", "")]
    public void Patterns(string pattern, string text, string? rest) =>
        Assert.Equal(rest, RoutePattern.Matches(pattern, text, out var found) ? found : null);

    [Theory(DisplayName = "What may be called is, however it is spelt, and only in our own spelling")]
    [InlineData("+31201234567", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("0031 20 123-45.67", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("tel:+31-20-1234567;ext=12", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("TEL:%2B31201234567", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("+\u0663\u0661201234567", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("\uFF0B31\u200B201234567", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("sip:%2b31201234567;postd=99@TRUNK.example;user=phone;x=y", "sip:+31201234567@trunk.example;transport=tcp;user=phone")]
    [InlineData("sip:+31201234567@second.example:5080", "sip:+31201234567@second.example:5080;user=phone")]
    [InlineData("7712", "sip:7712@trunk.example;transport=tcp;user=phone")]
    [InlineData("sip:bob@partner.example", "sip:bob@partner.example")]
    [InlineData("bob@Partner.Example.", "sip:bob@partner.example")]
    [InlineData("sips:bob@partner.example:5071;transport=tcp;lr", "sips:bob@partner.example:5071;transport=tcp")]
    [InlineData("sip:bob@far.below.example", "sip:bob@far.below.example")]
    [InlineData("sip:+31201234567@partner.example", "sip:+31201234567@partner.example")]
    public void Allowed(string address, string uri) => Assert.Equal(uri, new DialPolicy(On).Judge(address).Target?.Uri.ToString());

    [Fact(DisplayName = "A trunk is chosen by its name; an unknown one, or an address at another, is refused")]
    public void Trunks()
    {
        var policy = new DialPolicy(On);
        Assert.Equal("second", policy.Judge("+31201234567", "Second").Target?.Trunk?.Name);
        Assert.Null(policy.Judge("+31201234567", "third").Target);
        Assert.Null(policy.Judge("sip:bob@partner.example", "main").Target);
        Assert.Null(new DialPolicy(On with { Trunks = [] }).Judge("+31201234567").Target);
        Assert.Null(new DialPolicy(On with { AllowPrefixes = [] }).Judge("+31201234567").Target);
        Assert.Null(new DialPolicy(On with { AllowDomains = [] }).Judge("sip:bob@partner.example").Target);
    }

    private static SipUri Uri(string text) => SipUri.TryParse(text, out var uri) ? uri : throw new ArgumentException(text);
}
