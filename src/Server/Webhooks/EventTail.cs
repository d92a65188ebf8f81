using System.Collections.Immutable;
using System.Threading.Channels;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>
/// Reads the event log once for all streams of this process. Several nodes write the log, so a
/// lower position can turn up late: each turn looks back some way and passes on what it has not seen.
/// </summary>
internal sealed class EventTail(IEventLog log, RoomClock clock, ILogger<EventTail> logger) : BackgroundService
{
    private const int LookBack = 200;

    /// <summary>A late one comes within moments: after that many turns without news only the last position is asked for.</summary>
    private const int TurnsToSettle = 8;
    private const int Batch = 1000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<Channel<LoggedEvent>> _readers = [];
    private readonly SortedSet<long> _seen = [];
    private long _highest = -1;
    private int _quietTurns;

    /// <summary>A stream from now on. Whoever reads too slowly finds it ended, and resumes where it was.</summary>
    public ChannelReader<LoggedEvent> Open(out Action close)
    {
        var channel = Channel.CreateBounded<LoggedEvent>(new BoundedChannelOptions(Batch * 4) { SingleReader = true });
        lock (_gate)
            _readers.Add(channel);
        close = () =>
        {
            lock (_gate)
                _readers.Remove(channel);
            channel.Writer.TryComplete();
        };
        return channel.Reader;
    }

    /// <summary>What happened after an event, up to what <see cref="Open"/> will bring; empty when the event is no longer known.</summary>
    public async Task<ImmutableArray<LoggedEvent>> SinceAsync(string eventId, CancellationToken cancellation)
    {
        if (await log.PositionOfAsync(eventId, cancellation) is not { } position)
            return [];
        var missed = ImmutableArray.CreateBuilder<LoggedEvent>();
        while (true)
        {
            var page = await log.AfterAsync(position, Batch, cancellation);
            missed.AddRange(page);
            if (page.Length < Batch)
                return missed.ToImmutable();
            position = page[^1].Position;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var turns = new PeriodicTimer(Turn, clock.Time);
        try
        {
            await GuardedTurnAsync(stoppingToken);
            while (await turns.WaitForNextTickAsync(stoppingToken))
                await GuardedTurnAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops: streams end with it.
        }
        Hang(static _ => true);
    }

    private async Task GuardedTurnAsync(CancellationToken cancellation)
    {
        try
        {
            await TurnAsync(cancellation);
        }
#pragma warning disable CA1031 // a store that is away delays the stream; it does not end it
        catch (Exception problem) when (problem is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.EventTailFailed(problem);
        }
    }

    private async Task TurnAsync(CancellationToken cancellation)
    {
        if (_highest < 0)
            await BeginAsync(cancellation);
        if (await log.LastPositionAsync(cancellation) != _highest)
            _quietTurns = 0;
        else if (++_quietTurns > TurnsToSettle)
            return;
        while (true)
        {
            var page = await log.AfterAsync(Math.Max(0, _highest - LookBack), Batch, cancellation);
            var fresh = page.Where(logged => _seen.Add(logged.Position)).ToArray();
            foreach (var logged in fresh)
                Pass(logged);
            _highest = Math.Max(_highest, page.IsEmpty ? 0 : page[^1].Position);
            while (_seen.Count > LookBack * 4)
                _seen.Remove(_seen.Min);
            if (page.Length < Batch || fresh.Length == 0)
                return;
        }
    }

    /// <summary>Everything that is there already is the past.</summary>
    private async Task BeginAsync(CancellationToken cancellation)
    {
        _highest = await log.LastPositionAsync(cancellation);
        foreach (var logged in await log.AfterAsync(Math.Max(0, _highest - LookBack), Batch, cancellation))
            _seen.Add(logged.Position);
    }

    private void Pass(LoggedEvent logged) => Hang(channel => !channel.Writer.TryWrite(logged));

    private void Hang(Func<Channel<LoggedEvent>, bool> which)
    {
        lock (_gate)
        {
            foreach (var channel in _readers.Where(which).ToArray())
            {
                channel.Writer.TryComplete();
                _readers.Remove(channel);
            }
        }
    }
}
