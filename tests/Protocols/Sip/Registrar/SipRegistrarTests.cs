using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Tests.Sip.Torture;

namespace Sylk.Conference.Protocols.Tests.Sip.Registrar;

public class SipRegistrarTests
{
    private static readonly Instant Now = Instant.FromMilliseconds(5_000);
    private static readonly SipRegistrarSettings Settings = new();

    [Fact(DisplayName = "SIP-REG-2 a binding is made, refreshed, listed with what is left, and taken away")]
    public void Life_of_a_binding()
    {
        var one = Register([], 1, "Contact: <sip:a@192.0.2.9>;q=0.5\nExpires: 600\nUser-Agent: x\n");
        Assert.Equal((200, "0.5", "x"), (one.Status, one.Bindings[0].Weight, one.Bindings[0].UserAgent));
        Assert.Equal("<sip:a@192.0.2.9>;q=0.5;expires=600", Assert.Single(one.Headers).Value);
        var later = Register(one.Bindings, 2, "Contact: <sip:b@192.0.2.9>;expires=100\n", Now + TimeSpan.FromSeconds(10));
        Assert.Equal(["<sip:a@192.0.2.9>;q=0.5;expires=590", "<sip:b@192.0.2.9>;expires=100"], later.Headers.Select(header => header.Value));
        var asked = Register(later.Bindings, 3, "", Now + TimeSpan.FromSeconds(200));
        Assert.Equal("sip:a@192.0.2.9", Assert.Single(asked.Bindings).Contact.Uri.ToString());
        var gone = Register(asked.Bindings, 4, "Contact: <sip:A@192.0.2.9>;expires=0\nContact: <sip:a@192.0.2.9>;expires=0\n", Now + TimeSpan.FromSeconds(200));
        Assert.Empty(gone.Bindings);
    }

    [Theory(DisplayName = "SIP-REG-2 how long, and what is too short")]
    [InlineData("Contact: <sip:a@c>\n", 200, 3600)]
    [InlineData("Contact: <sip:a@c>;expires=60\nExpires: 5\n", 200, 60)]
    [InlineData("Contact: <sip:a@c>;expires=59\n", 423, 0)]
    [InlineData("Contact: <sip:a@c>\nExpires: 99999999999\n", 200, 86400)]
    [InlineData("Contact: <sip:a@c>;expires=junk\nExpires: 5\n", 200, 3600)]
    public void Expires(string headers, int status, int seconds)
    {
        var outcome = Register([], 1, headers);
        Assert.Equal(status, outcome.Status);
        Assert.Equal(seconds, outcome.Bindings.Select(binding => (int)(binding.ExpiresAt - Now).TotalSeconds).FirstOrDefault());
        Assert.Equal(status == 423 ? "60" : null, outcome.Headers.Where(header => header.Name == SipHeader.MinExpires).Select(header => header.Value).FirstOrDefault());
    }

    [Fact(DisplayName = "SIP-REG-2 RFC 3261 10.3: all or nothing, and CSeq goes up within a Call-ID")]
    public void All_or_nothing()
    {
        var one = Register([], 5, "Contact: <sip:a@c>\n");
        var late = Register(one.Bindings, 5, "Contact: <sip:new@c>, <sip:a@c>\n");
        Assert.Equal((500, 1, "sip:a@c"), (late.Status, late.Bindings.Count, late.Bindings[0].Contact.Uri.ToString()));
        Assert.Equal(200, Register(one.Bindings, 1, "Contact: <sip:a@c>\n", call: "another").Status);
        Assert.Equal(500, Register(one.Bindings, 4, "Contact: *\nExpires: 0\n").Status);
        Assert.Empty(Register(one.Bindings, 6, "Contact: *\nExpires: 0\n").Bindings);
    }

    [Theory(DisplayName = "SIP-REG-2 a star must be alone and end everything")]
    [InlineData("Contact: *\n")]
    [InlineData("Contact: *\nExpires: 1\n")]
    [InlineData("Contact: *, <sip:a@c>\nExpires: 0\n")]
    [InlineData("Contact: *\nContact: *\nExpires: 0\n")]
    public void Stars(string headers) => Assert.Equal(400, Register([], 1, headers).Status);

    [Fact(DisplayName = "SIP-REG-3 ten bindings, the oldest gives way")]
    public void Ten_bindings()
    {
        IReadOnlyList<SipBinding> bindings = [];
        for (var i = 0; i < 11; i++)
        {
            bindings = Register(bindings, (uint)i + 1, $"Contact: <sip:u{i}@c>;expires={600 + i}\n").Bindings;
        }

        Assert.Equal(10, bindings.Count);
        Assert.DoesNotContain(bindings, binding => binding.Contact.Uri.User == "u0");
    }

    [Fact(DisplayName = "SIP-REG-4 RFC 5626: by instance and reg-id a new flow takes the old one's place, and the device is told")]
    public void Outbound()
    {
        const string Device = ";reg-id=1;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"";
        var one = Register([], 1, $"Supported: outbound, path, gruu\nPath: <sip:edge;lr>\nContact: <sip:a@c:1>{Device}\n");
        Assert.Contains(("Require", "outbound"), one.Headers);
        Assert.Contains(("Flow-Timer", "120"), one.Headers);
        Assert.Contains(("Path", "<sip:edge;lr>"), one.Headers);
        Assert.Contains("pub-gruu=\"sip:user@example.com;gr=urn:uuid:00000000-0000-1000-8000-000A95A0E128\"", one.Headers[0].Value, StringComparison.Ordinal);
        Assert.Equal(["<sip:edge;lr>"], one.Bindings[0].Path);
        var moved = Register(one.Bindings, 2, $"Supported: outbound\nContact: <sip:a@c:2>{Device}\n", flow: SipWire.Tcp);
        Assert.Equal((1, SipWire.Tcp, 2), (moved.Bindings.Count, moved.Bindings[0].Flow, moved.Bindings[0].Contact.Uri.Port));
        Assert.Equal(2, Register(moved.Bindings, 3, $"Supported: outbound\nContact: <sip:a@c:3>{Device.Replace("reg-id=1", "reg-id=2", StringComparison.Ordinal)}\n").Bindings.Count);
    }

    [Theory(DisplayName = "SIP-REG-4 RFC 5626 section 6: a first hop without outbound is 439 for who wants it, and no flow for who does not")]
    [InlineData("Supported: outbound\nPath: <sip:edge;lr>\n", ";reg-id=1", 439, false)]
    [InlineData("Supported: outbound\n", ";reg-id=1", 439, false)]
    [InlineData("Supported: outbound\n", "", 200, false)]
    [InlineData("Supported: path\nPath: <sip:edge;lr>\n", ";reg-id=1", 200, false)]
    [InlineData("Supported: outbound\nPath: <sip:inner;lr>, <sip:token@edge;lr;ob>\n", ";reg-id=1", 200, true)]
    public void First_hop(string headers, string regId, int status, bool isOutbound)
    {
        var outcome = Register([], 1, $"Via: SIP/2.0/UDP phone.example;branch=z9hG4bKabc\n{headers}Contact: <sip:a@c:1>{regId};+sip.instance=\"<urn:uuid:1>\"\n");
        Assert.Equal((status, status == 200 ? 1 : 0), (outcome.Status, outcome.Bindings.Count));
        Assert.Equal(isOutbound, outcome.Bindings.Any(binding => binding.IsOutbound));
        Assert.Equal(isOutbound, outcome.Headers.Contains(("Require", "outbound")));
    }

    [Theory(DisplayName = "R-04 RFC 4475 REGISTER at a registrar")]
    [InlineData("regbadct", 400, "")]
    [InlineData("unksm2", 400, "")]
    [InlineData("cparam01", 200, "<sip:+19725552222@gw1.example.net>;unknownparam;expires=3600")]
    [InlineData("cparam02", 200, "<sip:+19725552222@gw1.example.net;unknownparam>;expires=3600")]
    [InlineData("regescrt", 200, "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;expires=3600")]
    [InlineData("dblreq", 200, "<sip:j.user@host.example.com>;expires=3600")]
    [InlineData("escnull", 200, "<sip:%00@host5.example.com>;expires=3600")]
    public void Torture(string name, int status, string contact)
    {
        SipParser.Parse(TortureFile.Rfc4475[name], SipFraming.Datagram, out var request, out _);
        var outcome = SipRegistrar.Register(Now, [], request!, SipWire.Udp, Settings);
        Assert.Equal(status, outcome.Status);
        Assert.Equal(contact, outcome.Headers.Select(header => header.Value).FirstOrDefault(""));
        Assert.Equal(name == "escnull" ? 2 : status == 200 ? 1 : 0, outcome.Bindings.Count);
    }

    [Fact(DisplayName = "SIP-REG-1 the address of record has no parameters and no escapes")]
    public void Address_of_record()
    {
        var request = SipWire.Parse(SipWire.Text("REGISTER").Replace("<sip:bob@example.com>", "<sip:%62ob@EXAMPLE.com;x=1?y=z>", StringComparison.Ordinal));
        Assert.Equal("sip:bob@example.com", SipRegistrar.AddressOf(request));
    }

    private static SipRegistrationOutcome Register(IReadOnlyList<SipBinding> bindings, uint sequence, string headers, Instant? now = null, string call = "c1", SipFlow? flow = null)
    {
        var text = SipWire.Text("REGISTER", sequence: sequence, more: headers).Replace("Call-ID: c1", "Call-ID: " + call, StringComparison.Ordinal)
            .Replace("To: <sip:bob@example.com>", "To: <sip:user@example.com>", StringComparison.Ordinal);
        return SipRegistrar.Register(now ?? Now, bindings, SipWire.Parse(text), flow ?? SipWire.Udp, Settings);
    }
}
