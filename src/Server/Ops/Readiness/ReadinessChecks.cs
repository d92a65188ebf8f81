using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Hosting;

namespace Sylk.Conference.Server.Ops;

/// <summary>This node is a member of its cluster.</summary>
internal sealed class RoomsCheck(ISiloStatusOracle silo) : IReadinessCheck
{
    public string Name => "rooms";

    public Task<CheckResult> CheckAsync(CancellationToken stop) => Task.FromResult(
        silo.CurrentStatus == SiloStatus.Active ? CheckResult.Ok("member") : CheckResult.Failed(silo.CurrentStatus.ToString()));
}

/// <summary>Every media socket answers a STUN check from this machine.</summary>
internal sealed class MediaCheck(LocalMediaNode node) : IReadinessCheck
{
    public string Name => "media";

    public async Task<CheckResult> CheckAsync(CancellationToken stop)
    {
        var tests = await node.Engine.TestSocketsAsync(stop);
        var failed = tests.Where(test => test.Problem is not null).Select(test => $"port {test.UdpPort}: {test.Problem}").ToList();
        return failed.Count > 0
            ? CheckResult.Failed(string.Join("; ", failed))
            : CheckResult.Ok($"{tests.Length} {(tests.Length == 1 ? "port answers" : "ports answer")} within {tests.Max(test => test.RoundTrip).TotalMilliseconds:0.#} ms");
    }
}

/// <summary>The certificate can be used today; less than two weeks are a reason to look after it.</summary>
internal sealed class CertificateCheck(Certificates certificates, RoomClock clock) : IReadinessCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public string Name => "certificate";

    public Task<CheckResult> CheckAsync(CancellationToken stop) => Task.FromResult(Check());

    private CheckResult Check()
    {
        if (certificates.Leaf is not { } leaf)
            return CheckResult.Ok("no TLS here");
        var (now, from, until) = (clock.Now, new DateTimeOffset(leaf.NotBefore), new DateTimeOffset(leaf.NotAfter));
        var dates = $"valid {from.UtcDateTime:yyyy-MM-dd} to {until.UtcDateTime:yyyy-MM-dd}";
        if (now < from || now >= until)
            return CheckResult.Failed(dates);
        return until - now < Soon ? CheckResult.Degraded(dates) : CheckResult.Ok(dates);
    }
}

/// <summary>The process is not about to end.</summary>
internal sealed class AcceptingCheck(IHostApplicationLifetime lifetime, NodeState node) : IReadinessCheck
{
    public string Name => "accepting";

    public Task<CheckResult> CheckAsync(CancellationToken stop) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? CheckResult.Failed("stopping")
        : node.IsDraining ? CheckResult.Failed("draining")
        : CheckResult.Ok("yes"));
}
