using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Ice;

public sealed class IceFullAgentTests
{
    private static readonly TransportAddress Good = TransportAddress.FromIPv4(0xC0000201, 10000);
    private static readonly TransportAddress Dead = TransportAddress.FromIPv4(0xC0000299, 10000);
    private readonly IceFullAgent _client = new(Checks.Client, 1);
    private readonly IceLiteAgent _server = new(Checks.Server);

    [Fact]
    public void The_first_check_goes_at_once_and_two_round_trips_select_the_path()
    {
        var network = Network(1);
        network.Run(85);
        Assert.Equal([IceEventKind.PathValidated, IceEventKind.SelectedChanged], network.ClientEvents);
        Assert.Equal([IceEventKind.PathValidated, IceEventKind.SelectedChanged], network.ServerEvents);
        Assert.True(_client.TryGetSelected(out var selected));
        Assert.Equal(Good, selected.Remote);
    }

    [Fact]
    public void With_a_fifth_of_all_packets_lost_it_still_connects_for_every_seed()
    {
        for (var seed = 100; seed < 150; seed++)
        {
            var client = new IceFullAgent(Checks.Client, (ulong)seed);
            var server = new IceLiteAgent(Checks.Server);
            var network = Connect(client, server, seed);
            network.Loss = 0.2;
            network.Run(32_000);
            Assert.True(client.TryGetSelected(out _), $"seed {seed}");
            Assert.True(server.TryGetSelected(out _), $"seed {seed}");
        }
    }

    [Fact]
    public void A_dead_candidate_of_higher_priority_costs_one_pace()
    {
        _client.AddLocal(new IceLocalPath(0));
        _client.AddRemote(IceCandidate.CreateHost(Dead));
        _client.AddRemote(IceCandidate.CreateHost(Good, localPreference: 1));
        _client.SetRemote(Checks.Server);
        var network = new IceNetwork(_client, _server, 1);
        network.Unreachable.Add(Dead);
        network.Run(135);
        Assert.True(_client.TryGetSelected(out var selected));
        Assert.Equal(Good, selected.Remote);
    }

    [Fact]
    public void A_dead_remote_gets_seven_requests_and_then_failure_is_reported()
    {
        _client.AddLocal(new IceLocalPath(0));
        _client.AddRemote(IceCandidate.CreateHost(Dead));
        _client.SetRemote(Checks.Server);
        var network = new IceNetwork(_client, _server, 1);
        network.Unreachable.Add(Dead);
        network.Run(60_000);
        Assert.Equal(7, network.ClientSent);
        Assert.Equal([IceEventKind.Failed], network.ClientEvents);
    }

    [Fact]
    public void A_candidate_trickled_later_is_checked_and_selected()
    {
        _client.AddLocal(new IceLocalPath(0));
        _client.SetRemote(Checks.Server);
        var network = new IceNetwork(_client, _server, 1);
        network.Run(1_000);
        Assert.Equal(0, network.ClientSent);
        Assert.True(_client.AddRemote(IceCandidate.CreateHost(Good)));
        network.Run(85);
        Assert.True(_client.TryGetSelected(out _));
    }

    [Fact(DisplayName = "TU-09 consent is checked every 5 s +- 20 %, expires after 30 s of silence, and revives")]
    public void Consent()
    {
        var network = Network(3);
        network.Run(100);
        var before = network.ClientSent;
        network.Run(600_000);
        Assert.InRange(network.ClientSent - before, 100, 150);
        Assert.DoesNotContain(IceEventKind.ConsentExpired, network.ClientEvents);
        Assert.DoesNotContain(IceEventKind.ConsentExpired, network.ServerEvents);

        network.Loss = 1;
        network.Run(40_000);
        Assert.False(_client.MaySendMedia);
        Assert.Contains(IceEventKind.ConsentExpired, network.ClientEvents);
        Assert.Contains(IceEventKind.ConsentExpired, network.ServerEvents);

        network.Loss = 0;
        network.Run(7_000);
        Assert.True(_client.MaySendMedia);
        Assert.Contains(IceEventKind.ConsentRevived, network.ServerEvents);
    }

    [Fact]
    public void A_restart_renews_both_sides_without_losing_the_path()
    {
        var network = Network(1);
        network.Run(100);
        _server.NoteDtlsCompleted(Checks.Path(500));
        _client.Restart(Checks.NewClient);
        _server.Restart(network.Now, Checks.NewServer, Checks.NewClient);
        _client.SetRemote(Checks.NewServer);
        _client.AddRemote(IceCandidate.CreateHost(Good));
        Assert.True(_server.MaySendMedia);
        Assert.True(_client.MaySendMedia);
        network.Run(100);
        Assert.Contains(IceEventKind.RestartCompleted, network.ClientEvents);
        Assert.Contains(IceEventKind.RestartCompleted, network.ServerEvents);
        network.Run(60_000);
        Assert.True(_server.MaySendMedia);
        Assert.DoesNotContain(IceEventKind.ConsentExpired, network.ServerEvents);
    }

    [Fact(DisplayName = "TU-07 a client that moves to a new source answers the server's request and gets media there")]
    public void Move()
    {
        var network = Network(1);
        network.Run(100);
        _server.NoteDtlsCompleted(Checks.Path(500));
        network.SeenByServer = static path => Checks.Path(700 + path.Link, path.Link);
        _client.Restart(Checks.NewClient);
        _server.Restart(network.Now, Checks.NewServer, Checks.NewClient);
        _client.SetRemote(Checks.NewServer);
        _client.AddRemote(IceCandidate.CreateHost(Good));
        network.Run(150);
        Assert.True(_server.TryGetMediaPath(out var media));
        Assert.Equal(Checks.Path(700), media);
    }

    [Fact]
    public void A_tcp_link_pairs_only_with_the_candidate_it_is_connected_to()
    {
        _client.AddLocal(new IceLocalPath(4, ConnectedTo: Good));
        _client.AddRemote(IceCandidate.CreateHost(Good));
        _client.AddRemote(IceCandidate.CreateHost(Dead, IceTcpType.Passive));
        _client.AddRemote(IceCandidate.CreateHost(Good, IceTcpType.Passive));
        _client.SetRemote(Checks.Server);
        var network = new IceNetwork(_client, _server, 1);
        network.Run(200);
        Assert.True(_client.TryGetSelected(out var selected));
        Assert.Equal(new NetworkPath(Good, 4), selected);
        Assert.Equal(2, network.ClientSent);
    }

    [Fact(DisplayName = "487: of two controlling agents the one with the smaller tie-breaker gives way, and both connect")]
    public void Role_conflict()
    {
        var other = new IceFullAgent(Checks.Server, 99);
        var pair = new TwoAgents(_client, other);
        pair.Run(3_000);
        Assert.True(_client.IsControlling ^ other.IsControlling);
        Assert.True(_client.TryGetSelected(out _));
        Assert.True(other.TryGetSelected(out _));
    }

    [Theory(DisplayName = "A nomination that is answered with an error is no end: another pair that works is nominated, whether it worked before or does later")]
    [InlineData(false)]
    [InlineData(true)]
    public void Nomination_refused(bool worksLater)
    {
        _client.AddLocal(new IceLocalPath(0));
        _client.SetRemote(Checks.Server);
        _client.AddRemote(IceCandidate.CreateHost(Good));
        if (!worksLater)
        {
            _client.AddRemote(IceCandidate.CreateHost(Dead, localPreference: 1));
        }

        var held = new Queue<Action<Instant>>();
        for (var ms = 0; ms < 2_000; ms += 10)
        {
            var now = new Instant(ms * 1_000_000L);
            if (worksLater && ms == 500)
            {
                _client.AddRemote(IceCandidate.CreateHost(Dead, localPreference: 1));
            }

            _client.Tick(now);
            var buffer = new byte[512];
            while (_client.TryTakeTransmit(buffer, out var length, out var path))
            {
                var (request, to) = (buffer[..length], path);
                held.Enqueue(later => Answer(later, to, request));
            }

            while (ms % 100 == 90 && held.TryDequeue(out var answer)) // late, so that both pairs are checked before the nomination fails
            {
                answer(now);
            }
        }

        Assert.True(_client.TryGetSelected(out var selected));
        Assert.Equal(Dead, selected.Remote);
    }

    /// <summary>Takes checks anywhere, and a nomination at one of the two addresses only.</summary>
    private void Answer(Instant now, NetworkPath path, byte[] request)
    {
        Assert.True(StunMessage.TryParse(request, out var message, out _));
        var (reply, key) = (new byte[512], System.Text.Encoding.ASCII.GetBytes(Checks.Server.Password));
        var length = message.UseCandidate && path.Remote == Good ? BindingAnswer.BadRequest(reply, message, key)
            : BindingAnswer.Success(reply, message, path.Remote, key);
        Assert.Equal(IceOutcome.Answered, _client.Receive(now, path, reply.AsSpan(0, length), new byte[512], out _));
    }

    [Fact(DisplayName = "L3 65 candidates: the 65th and all names are left out")]
    public void Candidate_flood()
    {
        _client.AddLocal(new IceLocalPath(0));
        for (var i = 1; i <= 64; i++)
        {
            Assert.True(_client.AddRemote(IceCandidate.CreateHost(Checks.Path(i).Remote)));
        }

        Assert.False(_client.AddRemote(IceCandidate.CreateHost(Checks.Path(65).Remote)));
        Assert.True(IceCandidate.TryParse("candidate:1 1 udp 1 x.local 9 typ host", out var named));
        Assert.False(new IceFullAgent(Checks.Client, 1).AddRemote(named!));
    }

    private IceNetwork Network(int seed) => Connect(_client, _server, seed);

    private static IceNetwork Connect(IceFullAgent client, IceLiteAgent server, int seed)
    {
        client.AddLocal(new IceLocalPath(0));
        client.AddRemote(IceCandidate.CreateHost(Good));
        client.SetRemote(Checks.Server);
        server.SetRemote(Checks.Client);
        return new IceNetwork(client, server, seed);
    }

    /// <summary>Two full agents on a lossless link without delay.</summary>
    private sealed class TwoAgents
    {
        private readonly (IceFullAgent Agent, TransportAddress Address)[] _ends;

        public TwoAgents(IceFullAgent left, IceFullAgent right)
        {
            _ends = [(left, Good), (right, Dead)];
            left.SetRemote(Checks.Server);
            right.SetRemote(Checks.Client);
            foreach (var (agent, address) in _ends)
            {
                agent.AddLocal(new IceLocalPath(0, address));
                agent.AddRemote(IceCandidate.CreateHost(address == Good ? Dead : Good));
            }
        }

        public void Run(int milliseconds)
        {
            for (var ms = 0; ms < milliseconds; ms += 10)
            {
                Turn(new Instant(ms * 1_000_000L), 0);
                Turn(new Instant(ms * 1_000_000L), 1);
            }
        }

        private void Turn(Instant now, int index)
        {
            var buffer = new byte[512];
            var reply = new byte[512];
            var (agent, address) = _ends[index];
            var peer = _ends[1 - index];
            agent.Tick(now);
            while (agent.TryTakeTransmit(buffer, out var length, out _))
            {
                peer.Agent.Receive(now, new NetworkPath(address), buffer.AsSpan(0, length), reply, out var replyLength);
                agent.Receive(now, new NetworkPath(peer.Address), reply.AsSpan(0, replyLength), buffer, out _);
            }
        }
    }
}
