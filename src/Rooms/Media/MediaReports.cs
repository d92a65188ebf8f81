using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Takes what the media engine says off its threads: facts go to their room's grain in order, signals straight to the
/// listeners here. Lanes keep one slow room from holding up all others; a full lane drops and counts.
/// </summary>
public sealed class MediaReports : IMediaListener, IAsyncDisposable
{
    private const int Lanes = 8;
    private const int LaneCapacity = 4096;

    private readonly Channel<MediaFact>[] _lanes = new Channel<MediaFact>[Lanes];
    private readonly IGrainFactory _grains;
    private readonly ISignalOutlet _signals;
    private readonly ILogger<MediaReports> _log;
    private readonly Task _pumps;
    private long _dropped;

    public MediaReports(IGrainFactory grains, ISignalOutlet signals, ILogger<MediaReports> log)
    {
        (_grains, _signals, _log) = (grains, signals, log);
        for (var i = 0; i < Lanes; i++)
            _lanes[i] = Channel.CreateBounded<MediaFact>(new BoundedChannelOptions(LaneCapacity) { SingleReader = true });
        _pumps = Task.WhenAll(_lanes.Select(lane => Task.Run(() => PumpAsync(lane.Reader))));
    }

    /// <summary>Facts lost because a lane was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void OnFact(MediaFact fact)
    {
        var lane = (uint)string.GetHashCode(fact.Room, StringComparison.Ordinal) % Lanes;
        if (_lanes[lane].Writer.TryWrite(fact))
            return;
        if (Interlocked.Increment(ref _dropped) is var count && long.IsPow2(count))
            _log.FactsDropped(count);
    }

    public void OnSignal(MediaSignal signal) => _signals.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
            lane.Writer.TryComplete();
        await _pumps.ConfigureAwait(false);
    }

    private async Task PumpAsync(ChannelReader<MediaFact> facts)
    {
        var waiting = new Dictionary<string, ImmutableArray<MediaReport>.Builder>(StringComparer.Ordinal);
        while (await facts.WaitToReadAsync().ConfigureAwait(false))
        {
            for (var taken = 0; taken < LaneCapacity && facts.TryRead(out var fact); taken++)
                Sort(waiting, fact);
            await Task.WhenAll(waiting.Select(entry => SendAsync(entry.Key, entry.Value.ToImmutable()))).ConfigureAwait(false);
            waiting.Clear();
        }
    }

    private static void Sort(Dictionary<string, ImmutableArray<MediaReport>.Builder> waiting, MediaFact fact)
    {
        if (MediaReport.From(fact) is not { } report)
            return;
        if (!waiting.TryGetValue(fact.Room, out var reports))
            waiting[fact.Room] = reports = ImmutableArray.CreateBuilder<MediaReport>();
        reports.Add(report);
    }

    private async Task SendAsync(string room, ImmutableArray<MediaReport> reports)
    {
        try
        {
            await _grains.GetGrain<IRoomGrain>(room).Report(reports).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the pump outlives any one room's trouble (reliability §1.5)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _log.ReportFailed(room, problem);
        }
    }
}
