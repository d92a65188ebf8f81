using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Ice;

/// <summary>Where media may go: proof of reception (TU-07), and the two generations of a restart.</summary>
public sealed class IceProofAndRestartTests
{
    private readonly IceLiteAgent _agent = new(Checks.Server);
    private readonly Checks _client = new(Checks.Server, Checks.Client);
    private static readonly NetworkPath Home = Checks.Path(1);
    private static readonly NetworkPath Victim = Checks.Path(66);

    [Fact(DisplayName = "TU-07 before DTLS or an answer of its own a nominated path gets no media")]
    public void Nominated_is_not_proven()
    {
        _agent.SetRemote(Checks.Client);
        _agent.Feed(At(0), Home, _client.Request(), out _);
        Assert.True(_agent.TryGetSelected(out _));
        Assert.False(_agent.MaySendMedia);
        _agent.NoteDtlsCompleted(Home);
        Assert.True(_agent.MaySendMedia);
    }

    [Fact(DisplayName = "TU-07, R-11 a forged-source switch: 0 media to the victim, at most one request per 500 ms and two per signed check")]
    public void Forged_source_switch()
    {
        Connect();
        var probes = new List<long>();
        for (var ms = 0L; ms < 20_000; ms += 10)
        {
            if (ms % 5_000 == 0)
            {
                _agent.Feed(At(ms), Victim, _client.Request(nominate: ms > 0), out _);
            }

            if (ms % 2_500 == 0)
            {
                _agent.Feed(At(ms), Home, _client.Request(nominate: false), out _);
            }

            _agent.Tick(At(ms));
            foreach (var (path, bytes) in _agent.Transmits())
            {
                Assert.Equal(Victim, path);
                AssertIsProbe(bytes);
                probes.Add(ms);
            }

            AssertMedia(Home);
        }

        Assert.Equal(6, probes.Count);
        for (var i = 1; i < probes.Count; i++)
        {
            Assert.True(probes[i] - probes[i - 1] >= 500);
        }
    }

    [Fact(DisplayName = "TU-07 alternating forged sources share one probe per 500 ms")]
    public void Many_forged_sources()
    {
        Connect();
        var probes = 0;
        for (var ms = 0; ms < 5_000; ms += 10)
        {
            _agent.Feed(At(ms), Checks.Path(100 + ms / 10 % 20), _client.Request(priority: (uint)(100 + ms)), out _);
            _agent.Drain();
            _agent.Tick(At(ms));
            probes += _agent.Transmits().Count;
            AssertMedia(Home);
        }

        Assert.Equal(10, probes);
    }

    [Fact(DisplayName = "TU-07 an honest move: the answer to our request moves media at once")]
    public void Honest_move()
    {
        Connect();
        var moved = Checks.Path(2);
        _agent.Feed(At(100), moved, _client.Request(nominate: false), out _);
        _agent.Feed(At(100), moved, _client.Request(), out _);
        var probe = Assert.Single(_agent.Transmits());
        AssertMedia(Home);

        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(110), moved, _client.Answer(_client.Request()), out _));
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(110), moved, _client.Answer(probe.Bytes, "wrongpasswordwrongpassword"), out _));
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(110), Victim, _client.Answer(probe.Bytes), out _));
        AssertMedia(Home);

        Assert.Equal(IceOutcome.Answered, _agent.Feed(At(120), moved, _client.Answer(probe.Bytes), out var reply));
        Assert.Empty(reply);
        AssertMedia(moved);
        Assert.Contains(IceEventKind.MediaPathChanged, _agent.Drain());
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(130), moved, _client.Answer(probe.Bytes), out _));
    }

    [Fact]
    public void A_restart_keeps_the_old_credentials_until_a_nomination_and_three_seconds_more()
    {
        Connect();
        var renewed = new Checks(Checks.NewServer, Checks.NewClient);
        _agent.Restart(At(1_000), Checks.NewServer, Checks.NewClient);
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(1_100), Home, _client.Request(), out _));
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(1_200), Home, renewed.Request(nominate: false), out _));
        Assert.DoesNotContain(IceEventKind.RestartCompleted, _agent.Drain());

        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(2_000), Home, renewed.Request(), out _));
        Assert.Contains(IceEventKind.RestartCompleted, _agent.Drain());
        AssertMedia(Home);

        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(4_900), Home, _client.Request(), out _));
        _agent.Tick(At(5_000));
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(5_000), Home, _client.Request(), out _));
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(5_000), Home, renewed.Request(), out _));
    }

    [Fact]
    public void A_restart_onto_a_new_path_moves_media_when_that_path_answers()
    {
        Connect();
        var renewed = new Checks(Checks.NewServer, Checks.NewClient);
        var moved = Checks.Path(3);
        _agent.Restart(At(1_000), Checks.NewServer, Checks.NewClient);
        _agent.Feed(At(1_500), moved, renewed.Request(), out _);
        AssertMedia(Home);
        var probe = Assert.Single(_agent.Transmits());
        Assert.True(StunMessage.TryParse(probe.Bytes, out var request, out _));
        Assert.Equal("cliD:srvC", System.Text.Encoding.ASCII.GetString(request.Username));
        _agent.Feed(At(1_510), moved, renewed.Answer(probe.Bytes), out _);
        AssertMedia(moved);
        _agent.Feed(At(1_600), Home, _client.Request(), out _);
        AssertMedia(moved);
    }

    [Fact]
    public void A_restart_nobody_follows_is_abandoned_after_20_seconds()
    {
        Connect();
        var renewed = new Checks(Checks.NewServer, Checks.NewClient);
        _agent.Restart(At(1_000), Checks.NewServer, Checks.NewClient);
        _agent.Feed(At(20_000), Home, _client.Request(), out _);
        Assert.Equal(At(21_000), _agent.NextDeadline);
        _agent.Tick(At(21_000));
        Assert.Contains(IceEventKind.RestartAbandoned, _agent.Drain());
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(21_000), Home, renewed.Request(), out _));
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(21_000), Home, _client.Request(), out _));
        AssertMedia(Home);
    }

    private static Instant At(long milliseconds) => new(milliseconds * 1_000_000);

    private void Connect()
    {
        _agent.SetRemote(Checks.Client);
        _agent.Feed(At(0), Home, _client.Request(nominate: false), out _);
        _agent.Feed(At(0), Home, _client.Request(), out _);
        _agent.NoteDtlsCompleted(Home);
        _agent.Drain();
    }

    private void AssertMedia(NetworkPath expected)
    {
        Assert.True(_agent.TryGetMediaPath(out var media));
        Assert.Equal(expected, media);
    }

    private static void AssertIsProbe(byte[] bytes)
    {
        Assert.True(StunMessage.TryParse(bytes, out var message, out _));
        Assert.Equal(StunClass.Request, message.Class);
        Assert.True(message.TryGetControlled(out _));
        Assert.True(message.VerifyIntegrity("clientpasswordclientpass"u8));
    }
}
