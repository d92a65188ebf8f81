using System.Net;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge.Tests;

/// <summary>From a URI to places (RFC 3263), asked of a real server on this machine.</summary>
public sealed class NextHopsTests : IDisposable
{
    private static readonly SipTransport[] Ours = [SipTransport.Tls, SipTransport.Tcp, SipTransport.Udp];

    private readonly FakeDnsServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact(DisplayName = "NAPTR leads to SRV leads to addresses; what was learnt is not asked again")]
    public async Task Chain()
    {
        _server.Reply = (question, name, _) => name switch
        {
            "operator.example" => FakeDnsServer.Answer(question, 300, (35, FakeDnsServer.Naptr(10, "SIP+D2T", "_sip._tcp.operator.example"))),
            "_sip._tcp.operator.example" => FakeDnsServer.Answer(
                question, 300, (33, FakeDnsServer.Srv(20, 0, 5062, "127.0.0.3")), (33, FakeDnsServer.Srv(10, 0, 5061, "127.0.0.2"))),
            _ => null,
        };
        var hops = new NextHops(new DnsClient([_server.Address]), TimeProvider.System);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var found = await hops.FindAsync(Uri("sip:bob@operator.example"), Ours);
            Assert.Equal(["Tcp 127.0.0.2:5061", "Tcp 127.0.0.3:5062"], found.Select(hop => $"{hop.Transport} {hop.Address}"));
            Assert.All(found, hop => Assert.Equal("operator.example", hop.Domain));
        }
        Assert.Equal(2, _server.Asked.Count);
    }

    [Fact(DisplayName = "An answer that does not fit is asked for again over TCP")]
    public async Task Truncated()
    {
        _server.Reply = (question, _, overTcp) =>
        {
            var reply = FakeDnsServer.Answer(question, 60, (33, FakeDnsServer.Srv(1, 1, 5070, "127.0.0.9")));
            reply[2] |= overTcp ? (byte)0 : (byte)2;
            return reply;
        };
        var answer = await new DnsClient([_server.Address]).SrvAsync("_sip._udp.operator.example", TestContext.Current.CancellationToken);
        Assert.Equal(new SipSrv(1, 1, 5070, "127.0.0.9"), Assert.Single(answer.Found));
        Assert.Equal(2, _server.Asked.Count);
    }

    [Fact(DisplayName = "A server that fails is passed over; replies with another number, loops of names and rubbish are no answers")]
    public async Task Unkind()
    {
        using var unkind = new FakeDnsServer();
        _server.Reply = (question, _, _) => FakeDnsServer.Answer(question, 60, (33, FakeDnsServer.Srv(1, 1, 5070, "127.0.0.9")));
        var stop = TestContext.Current.CancellationToken;
        foreach (var trick in new Func<byte[], byte[]>[]
        {
            question => { var reply = FakeDnsServer.Answer(question, 60); reply[3] = 0x82; return reply; },
            question => { var reply = FakeDnsServer.Answer(question, 60, (33, FakeDnsServer.Srv(1, 1, 666, "127.0.0.6"))); reply[0] ^= 1; return reply; },
            question => { var reply = FakeDnsServer.Answer(question, 60, (33, [0, 0, 0, 0, 0, 0, 0xC0, 0])); reply[^1] = (byte)(reply.Length - 2); return reply; },
            question => FakeDnsServer.Answer(question, 60, (33, [1])),
            question => [.. FakeDnsServer.Answer(question, 60, (33, FakeDnsServer.Srv(1, 1, 666, "x"))).AsSpan(0, question.Length + 5)],
        })
        {
            unkind.Reply = (question, _, _) => trick(question);
            var answer = await new DnsClient([unkind.Address, _server.Address]).SrvAsync("_sip._udp.operator.example", stop);
            Assert.Equal(5070, Assert.Single(answer.Found).Port);
        }
    }

    [Fact(DisplayName = "More places than eight are not tried, and without any answer there are none")]
    public async Task Bounded()
    {
        _server.Reply = (question, name, _) => name.StartsWith("_sips", StringComparison.Ordinal)
            ? FakeDnsServer.Answer(question, 60, [.. Enumerable.Range(1, 40).Select(i => ((ushort)33, FakeDnsServer.Srv((ushort)i, 1, 5061, $"127.0.1.{i}")))])
            : FakeDnsServer.Answer(question, 60);
        var hops = new NextHops(new DnsClient([_server.Address]), TimeProvider.System);
        Assert.Equal(8, (await hops.FindAsync(Uri("sip:bob@operator.example;transport=tls"), Ours)).Count);
        Assert.Equal("127.0.0.1:5080", Assert.Single(await hops.FindAsync(Uri("sip:bob@127.0.0.1:5080"), Ours)).Address.ToString());
    }

    [Fact(DisplayName = "Servers are read from resolv.conf, three at most; without any it is this machine")]
    public void Configured()
    {
        Assert.Equal("127.0.0.1:53", Assert.Single(DnsClient.ReadServers(["# nothing", "search example"])).ToString());
        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], DnsClient.ReadServers(["nameserver 192.0.2.1", " nameserver\t2001:db8::1 ", "nameserver x"]).Select(one => one.ToString()));
    }

    private static SipUri Uri(string text) => SipUri.TryParse(text, out var uri) ? uri : throw new ArgumentException(text);
}
