using Microsoft.Extensions.Logging.Abstractions;

namespace Sylk.Conference.Sfu.Tests.Engine;

/// <summary>What health is judged by: the real ports of a running engine, and its loops.</summary>
public sealed class SocketTestingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact(DisplayName = "Product 17 Each shard answers a STUN check over its own UDP port, and the test counts as nobody's connection")]
    public async Task Each_shard_answers()
    {
        await using var engine = Start(2);
        var tests = await engine.TestSocketsAsync(CancellationToken.None);
        Assert.Equal(engine.UdpPorts, tests.Select(test => test.UdpPort));
        Assert.All(tests, test => Assert.Null(test.Problem));
        Assert.All(tests, test => Assert.InRange(test.RoundTrip, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1)));
        Assert.True(engine.Statistics.PacketsReceived >= 2);
        Assert.DoesNotContain(engine.Statistics.Connections, entry => entry.Count > 0);
    }

    [Fact(DisplayName = "A shard that hangs is silent, and its socket test fails within a second; both end when it goes on")]
    public async Task A_stuck_shard_is_seen()
    {
        await using var engine = Start(2);
        using var gate = new ManualResetEventSlim();
        Assert.InRange(engine.Statistics.SilentFor, TimeSpan.Zero, Patience);
        engine.Shards[1].Mailbox.TryPost(_ => gate.Wait());
        var tests = await engine.TestSocketsAsync(CancellationToken.None);
        Assert.Equal([null, "no answer within a second"], tests.Select(test => test.Problem));
        Assert.True(SpinWait.SpinUntil(() => engine.Statistics.SilentFor > TimeSpan.FromSeconds(1), Patience));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => engine.Statistics.SilentFor < TimeSpan.FromSeconds(1), Patience));
        Assert.All(await engine.TestSocketsAsync(CancellationToken.None), test => Assert.Null(test.Problem));
    }

    private static MediaEngine Start(int shards) =>
        MediaEngine.Start(new MediaEngineOptions { UdpPort = 0, TcpPort = 0, Shards = shards }, new Nobody(), NullLoggerFactory.Instance);

    private sealed class Nobody : IMediaListener
    {
        public void OnFact(MediaFact fact)
        {
        }

        public void OnSignal(MediaSignal signal)
        {
        }
    }
}
