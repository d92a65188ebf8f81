using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// One thread that serves rooms every 20 ms by absolute deadlines, some of them every 5 ms (<see cref="TickRota{T}"/>): a late tick is
/// made up for, but no more than two are. Orders come through a bounded queue between steps. Without rooms it sleeps.
/// </summary>
internal sealed class PhoneThread : IDisposable
{
    private const int MostOrders = 4096;
    private const int MostLateTicks = 2;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(LegOutbound.TickMs);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(TickRota<PhoneRoom>.StepMs);

    private readonly Dictionary<string, PhoneRoom> _rooms = new(StringComparer.Ordinal);
    private readonly TickRota<PhoneRoom> _rota = new(static room => room.Count);
    private readonly ConcurrentQueue<Action<Instant>> _orders = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly byte[] _buffer = new byte[2048];
    private readonly Thread _thread;
    private readonly PortQuarantine _quarantine;
    private readonly ILogger _log;
    private readonly TickEffort _effort;
    private int _waiting;
    private int _legCount;
    private long _overruns;
    private volatile bool _isStopping;
    private Instant _due = Instant.Never;
    private TimeSpan _spent;
    private int _served;

    public PhoneThread(int number, PortPool pool, int complexity, ILogger log)
    {
        _effort = new TickEffort(complexity);
        _log = log;
        _quarantine = new PortQuarantine(pool);
        _thread = new Thread(Run) { Name = $"phones-{number}", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public PortQuarantine Quarantine => _quarantine;

    /// <summary>Legs served now.</summary>
    public int LegCount => Volatile.Read(ref _legCount);

    /// <summary>The last relief is used up: no more legs (ENC-4).</summary>
    public bool IsOverloaded => _effort.IsOverloaded;

    /// <summary>Ticks that were left out because the thread was late.</summary>
    public long Overruns => Volatile.Read(ref _overruns);

    /// <returns>False when too many orders wait.</returns>
    public bool TryPost(Action<Instant> order)
    {
        if (_isStopping || Interlocked.Increment(ref _waiting) > MostOrders)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        _orders.Enqueue(order);
        _wake.Set();
        return true;
    }

    /// <summary>For answers to what the thread itself asked: they are few and must not be lost.</summary>
    public void Post(Action act)
    {
        Interlocked.Increment(ref _waiting);
        _orders.Enqueue(_ => act());
        _wake.Set();
    }

    public PhoneRoom? Find(string room) => _rooms.GetValueOrDefault(room);

    public void Add(Instant now, PhoneRoom room)
    {
        if (_rooms.Count == 0)
        {
            _due = now + Period;
        }

        _rooms.Add(room.Name, room);
        _rota.Add(room);
    }

    public void Remove(PhoneRoom room)
    {
        _rooms.Remove(room.Name);
        _rota.Remove(room);
        room.Dispose();
    }

    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _wake.WaitOne(WaitMs(MonotonicClock.Now));
            Obey();
            TickIfDue();
            _quarantine.Tick(MonotonicClock.Now, _buffer);
        }

        Obey();
        foreach (var room in _rota.All)
        {
            room.CloseAll(MonotonicClock.Now);
            room.Dispose();
        }

        _quarantine.Clear();
    }

    private int WaitMs(Instant now)
    {
        const int QuarantineMs = 1_000;
        if (_rooms.Count == 0)
        {
            return _quarantine.IsEmpty ? Timeout.Infinite : QuarantineMs;
        }

        var due = _due + Step * _rota.EmptySteps;
        return (int)Math.Clamp(Math.Ceiling((due - now).TotalMilliseconds), 0, LegOutbound.TickMs);
    }

    private void Obey()
    {
        while (_orders.TryDequeue(out var order))
        {
            Interlocked.Decrement(ref _waiting);
            Guard(static (act, now) => act(now), order);
        }
    }

    private void TickIfDue()
    {
        var now = MonotonicClock.Now;
        for (var i = 0; i < MostLateTicks * TickRota<PhoneRoom>.Steps && _rooms.Count > 0 && now >= _due; i++)
        {
            TickStep(now);
            _due += Step;
        }

        // All rooms leave out the same.
        while (_rooms.Count > 0 && now >= _due + Period)
        {
            _due += Period;
            Volatile.Write(ref _overruns, _overruns + 1);
        }
    }

    private void TickStep(Instant now)
    {
        var began = MonotonicClock.Now;
        var complexity = _effort.Complexity;
        foreach (var room in _rota.Take())
        {
            _served += room.Count;
            room.Complexity = complexity;
            TickRoom(room, now);
        }

        _spent += MonotonicClock.Now - began;
        if (_rota.Next == 0)
        {
            _effort.Note(_spent);
            Volatile.Write(ref _legCount, _served);
            (_spent, _served) = (default, 0);
        }
    }

    /// <summary>A fault in one room is not the end of the others.</summary>
    private void TickRoom(PhoneRoom room, Instant now)
    {
        try
        {
            room.Tick(now, _buffer);
        }
#pragma warning disable CA1031 // The thread serves all rooms: it ends with the process only.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.RoomFailed(_log, e, room.Name);
        }
    }

    private void Guard(Action<Action<Instant>, Instant> run, Action<Instant> order)
    {
        try
        {
            run(order, MonotonicClock.Now);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.OrderFailed(_log, e);
        }
    }
}
