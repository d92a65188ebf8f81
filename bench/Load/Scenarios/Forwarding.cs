using Sylk.Conference.Load.Baseline;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>What all players have received up to a moment.</summary>
internal readonly record struct Received(long Packets, long Lost, long Repairs)
{
    public static Received Of(IEnumerable<LoadPeer> peers)
    {
        var total = default(Received);
        foreach (var slot in peers.SelectMany(peer => peer.Receiver.Slots))
        {
            total = slot.IsRepair
                ? total with { Repairs = total.Repairs + slot.Counter.Received }
                : total with { Packets = total.Packets + slot.Counter.Received, Lost = total.Lost + slot.Counter.Lost };
        }

        return total;
    }
}

/// <summary>Measures a crowd that is in its rooms already.</summary>
internal sealed class Forwarding(IServerUnderLoad server, Crowd crowd)
{
    /// <summary>The bare sends take a core: whoever has fallen behind under them catches up before anything is counted.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <param name="name">Of the scenario.</param>
    /// <param name="warmUp">Bandwidth estimation and compilation settle.</param>
    /// <param name="duration">What is measured.</param>
    public async Task<LoadResult> MeasureAsync(string name, TimeSpan warmUp, TimeSpan duration)
    {
        await Task.Delay(warmUp).ConfigureAwait(false);
        var players = crowd.Present.Where(peer => peer.Publisher is null).ToArray();
        var sizes = SizeMix(players);
        double bareBefore;
        using (var bare = new BareSend(players.Length))
            bareBefore = bare.Measure(sizes);
        await Task.Delay(Settling).ConfigureAwait(false);
        var received = await StartAsync(players).ConfigureAwait(false);
        var (facts, own) = (server.Facts, ProcessFacts.Read(Environment.ProcessId));
        var memory = server.Memory;
        var started = TimeProvider.System.GetTimestamp();
        await Task.Delay(duration).ConfigureAwait(false);
        var (seconds, after, ownAfter) = (
            TimeProvider.System.GetElapsedTime(started).TotalSeconds, server.Facts, ProcessFacts.Read(Environment.ProcessId));
        var (end, delays) = await crowd.Loop.Do(() => (
            Received.Of(players),
            (P50: crowd.Delays.Milliseconds(0.5), P99: crowd.Delays.Milliseconds(0.99), P999: crowd.Delays.Milliseconds(0.999),
            P9999: crowd.Delays.Milliseconds(0.9999))))
            .ConfigureAwait(false);
        double bareAfter;
        using (var bare = new BareSend(players.Length))
            bareAfter = bare.Measure(sizes);
        double delivered = end.Packets - received.Packets, lost = end.Lost - received.Lost;
        var cpu = (after.CpuSeconds - facts.CpuSeconds) * 1e6;
        var bareMedian = LoadResult.Middle([bareBefore, bareAfter]);
        return Remember(memory, server.Memory, delivered, new LoadResult
        {
            Scenario = name,
            Players = players.Length,
            ForwardedPerSecond = delivered / seconds,
            ServerCpuMicrosPerPacket = cpu / delivered,
            BareSendMicros = bareMedian,
            RatioToBareSend = cpu / delivered / bareMedian,
            DelayP50Ms = delays.P50,
            DelayP99Ms = delays.P99,
            DelayP999Ms = delays.P999,
            DelayP9999Ms = delays.P9999,
            LossPercent = 100 * lost / (delivered + lost),
            RepairPercent = 100 * (end.Repairs - received.Repairs) / delivered,
            ServerCpuPercent = cpu / seconds / 1e4,
            GeneratorCpuPercent = (ownAfter.CpuSeconds - own.CpuSeconds) / seconds * 100,
            BusiestThreads = Busiest(facts, after),
        });
    }

    private static LoadResult Remember(MemoryFacts? before, MemoryFacts? after, double delivered, LoadResult result) =>
        before is null || after is null ? result : result with
        {
            AllocatedOctetsPerPacket = (after.AllocatedOctets - before.AllocatedOctets) / delivered,
            PauseMs = after.PauseMs - before.PauseMs,
            OldestCollections = after.Collections[2] - before.Collections[2],
            OldestPausesMs = [.. after.OldestPausesMs.Skip(before.OldestPausesMs.Count)],
        };

    private static string Busiest(ProcessFacts before, ProcessFacts after) => string.Join(
        ", ", after.BusiestSince(before, 4).Select(busy => FormattableString.Invariant($"{busy.Thread} {busy.CpuSeconds:F2} s")));

    private Task<Received> StartAsync(LoadPeer[] players) => crowd.Loop.Do(() =>
    {
        crowd.Delays.Clear();
        return Received.Of(players);
    });

    /// <summary>Two sizes, mixed so that their mean is that of the media datagrams the players got.</summary>
    private static int[] SizeMix(LoadPeer[] players)
    {
        const int Large = 1240;
        const int Small = 130;
        var datagrams = Math.Max(1, players.Sum(player => player.Datagrams));
        var mean = Math.Clamp((double)players.Sum(player => player.Octets) / datagrams, Small, Large);
        var large = (int)Math.Round((mean - Small) / (Large - Small) * 64);
        return [.. Enumerable.Range(0, 64).Select(i => i * large / 64 != (i + 1) * large / 64 ? Large : Small)];
    }
}
