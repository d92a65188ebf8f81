using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Tests.Peers;

public sealed class RemoteCandidatesTests
{
    private readonly RemoteCandidates _candidates = new();

    public RemoteCandidatesTests() => _candidates.Add(
    [
        "candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host",
        "candidate:2 1 udp 1686052607 198.51.100.9 40000 typ srflx raddr 192.0.2.7 rport 50000",
        "a=candidate:3 1 UDP 41885439 203.0.113.3 60000 typ relay raddr 198.51.100.9 rport 40000",
        "candidate:4 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
        "candidate:5 1 udp 2122260223 0f3e.local 50000 typ host",
        "nonsense",
    ]);

    [Theory]
    [InlineData("192.0.2.7", 50000, 0, IceCandidateType.Host)]
    [InlineData("198.51.100.9", 40000, 0, IceCandidateType.ServerReflexive)]
    [InlineData("203.0.113.3", 60000, 0, IceCandidateType.Relayed)]
    [InlineData("192.0.2.7", 41234, 5, IceCandidateType.Host)]
    [InlineData("198.51.100.9", 40001, 0, IceCandidateType.PeerReflexive)]
    [InlineData("198.51.100.9", 40000, 5, IceCandidateType.PeerReflexive)]
    internal void An_address_is_what_the_client_called_it(string address, ushort port, int link, IceCandidateType type) =>
        Assert.Equal(type, _candidates.TypeOf(new NetworkPath(TransportAddress.From(IPAddress.Parse(address), port), link)));

    [Fact(DisplayName = "L3 64 addresses are remembered, each once, and names are not looked up")]
    public void Bounded()
    {
        Assert.Equal(4, _candidates.Count);
        for (var round = 0; round < 2; round++)
            _candidates.Add(Enumerable.Range(0, 200).Select(i => $"candidate:1 1 udp 1 192.0.2.{i} 7000 typ host"));
        Assert.Equal(RemoteCandidates.Most, _candidates.Count);
    }
}
