using System.Net;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Routing;

public class SipResolutionTests
{
    private static readonly SipTransport[] All = [SipTransport.Tls, SipTransport.Tcp, SipTransport.Udp];

    [Theory(DisplayName = "SIP-DNS-1 addresses and ports need no records of services")]
    [InlineData("sip:a@192.0.2.1", "Udp 192.0.2.1:5060")]
    [InlineData("sips:a@192.0.2.1", "Tls 192.0.2.1:5061")]
    [InlineData("sip:a@192.0.2.1:5070;transport=tcp", "Tcp 192.0.2.1:5070")]
    [InlineData("sip:[2001:db8::1]", "Udp [2001:db8::1]:5060")]
    [InlineData("sip:a@host.example:5080", "Udp 192.0.2.7:5080,Udp 192.0.2.8:5080")]
    [InlineData("sip:a@x;maddr=192.0.2.3", "Udp 192.0.2.3:5060")]
    [InlineData("sip:a@host.example:1;transport=ws", "")]
    [InlineData("sips:a@host.example;transport=udp", "")]
    [InlineData("sip:a@192.0.2.1;transport=carrier-pigeon", "")]
    public void Direct(string uri, string hops)
    {
        var zone = new Zone().Host("host.example", "192.0.2.7", "192.0.2.8");
        Assert.Equal(hops, Hops(uri, zone));
    }

    [Fact(DisplayName = "SIP-DNS-1 NAPTR decides by order and preference; services we lack are left out")]
    public void Naptr()
    {
        var zone = new Zone().Host("s1.example", "192.0.2.1").Host("s2.example", "192.0.2.2").Host("s3.example", "192.0.2.3")
            .Naptr("example", new(50, 50, "s", "SIPS+D2T", "_sips._tcp.example"), new(100, 50, "s", "SIP+D2U", "_sip._udp.example"),
                new(90, 50, "s", "SIP+D2T", "_sip._tcp.example"), new(1, 1, "s", "SIP+D2S", "_sip._sctp.example"), new(1, 1, "u", "E2U+sip", ""))
            .Srv("_sips._tcp.example", new SipSrv(1, 1, 5061, "s1.example")).Srv("_sip._udp.example", new SipSrv(1, 1, 5060, "s2.example")).Srv("_sip._tcp.example", new SipSrv(1, 1, 5065, "s3.example"));
        Assert.Equal("Tls 192.0.2.1:5061,Tcp 192.0.2.3:5065,Udp 192.0.2.2:5060", Hops("sip:a@example", zone));
        Assert.Equal("Tls 192.0.2.1:5061", Hops("sips:a@example", zone));
        Assert.All(SipResolution.Of(Uri("sip:a@example"), zone, All, _ => 0).Hops, hop => Assert.Equal("example", hop.Domain));
    }

    [Fact(DisplayName = "SIP-DNS-1 without NAPTR SRV of each transport of ours; without SRV addresses over UDP, sips over TLS")]
    public void Without_naptr()
    {
        var services = new Zone().Host("s.example", "192.0.2.1").Naptr("example").Srv("_sips._tcp.example").Srv("_sip._tcp.example", new SipSrv(1, 1, 5070, "s.example")).Srv("_sip._udp.example");
        Assert.Equal("Tcp 192.0.2.1:5070", Hops("sip:a@example", services));
        var bare = new Zone().Naptr("example").Srv("_sips._tcp.example").Srv("_sip._tcp.example").Srv("_sip._udp.example").Host("example", "192.0.2.9");
        Assert.Equal("Udp 192.0.2.9:5060", Hops("sip:a@example", bare));
        Assert.Equal("Tls 192.0.2.9:5061", Hops("sips:a@example", bare));
        Assert.Equal("Tcp 192.0.2.9:5060", Hops("sip:a@example;transport=tcp", bare));
        Assert.Equal("", Hops("sip:a@example;transport=tcp", new Zone().Srv("_sip._tcp.example", new SipSrv(0, 0, 0, ".")).Host("example", "192.0.2.9")));
    }

    [Fact(DisplayName = "SIP-DNS-2 RFC 2782: priorities in order, weights as drawn, zero weights seldom first, everyone once")]
    public void Weights()
    {
        var zone = new Zone().Srv("_sip._udp.example", new SipSrv(20, 1, 1, "192.0.2.4"), new SipSrv(10, 60, 1, "192.0.2.1"), new SipSrv(10, 30, 1, "192.0.2.2"), new SipSrv(10, 0, 1, "192.0.2.3"));
        var random = new Random(7);
        var first = new Dictionary<string, int>();
        for (var i = 0; i < 9_000; i++)
        {
            var hops = SipResolution.Of(Uri("sip:a@example;transport=udp"), zone, All, below => (uint)random.Next((int)below)).Hops;
            Assert.Equal(4, hops.Distinct().Count());
            Assert.Equal("192.0.2.4:1", hops[3].Address.ToString());
            first[hops[0].Address.ToString()] = first.GetValueOrDefault(hops[0].Address.ToString()) + 1;
        }

        Assert.InRange(first["192.0.2.1:1"], 5_700, 6_200);
        Assert.InRange(first["192.0.2.2:1"], 2_700, 3_200);
        Assert.InRange(first.GetValueOrDefault("192.0.2.3:1"), 30, 200);
    }

    [Fact(DisplayName = "SIP-DNS-3 what is not known yet is asked, one step after the other")]
    public void Questions()
    {
        var zone = new Zone();
        IEnumerable<string> Ask() => SipResolution.Of(Uri("sip:a@example"), zone, All, _ => 0).Questions.Select(question => $"{question.Kind} {question.Name}");
        Assert.Equal(["Naptr example"], Ask());
        zone.Naptr("example");
        Assert.Equal(["Srv _sips._tcp.example", "Srv _sip._tcp.example", "Srv _sip._udp.example"], Ask());
        zone.Srv("_sips._tcp.example").Srv("_sip._tcp.example").Srv("_sip._udp.example");
        Assert.Equal(["Address example"], Ask());
        zone.Host("example", "192.0.2.1");
        Assert.Empty(Ask());
    }

    private static string Hops(string uri, Zone zone)
    {
        var resolution = SipResolution.Of(Uri(uri), zone, All, _ => 0);
        Assert.Empty(resolution.Questions);
        return string.Join(',', resolution.Hops.Select(hop => $"{hop.Transport} {hop.Address}"));
    }

    private static SipUri Uri(string text) => SipNetwork.Uri(text);

    private sealed class Zone : ISipRecords
    {
        private readonly Dictionary<string, SipNaptr[]> _naptr = [];
        private readonly Dictionary<string, SipSrv[]> _srv = [];
        private readonly Dictionary<string, IPAddress[]> _hosts = [];

        public Zone Naptr(string name, params SipNaptr[] records) => With(() => _naptr[name] = records);

        public Zone Srv(string name, params SipSrv[] records) => With(() => _srv[name] = records);

        public Zone Host(string name, params string[] addresses) => With(() => _hosts[name] = [.. addresses.Select(IPAddress.Parse)]);

        IReadOnlyList<SipNaptr>? ISipRecords.Naptr(string name) => _naptr.GetValueOrDefault(name);

        IReadOnlyList<SipSrv>? ISipRecords.Srv(string name) => _srv.GetValueOrDefault(name);

        IReadOnlyList<IPAddress>? ISipRecords.Addresses(string name) => _hosts.GetValueOrDefault(name);

        private Zone With(Action act)
        {
            act();
            return this;
        }
    }
}
