namespace Sylk.Conference.Rooms;

/// <summary>Remembers in memory: after a restart a message of before may come twice, but none is lost by it.</summary>
internal sealed class MailboxGrain(RoomClock clock) : Grain, IMailboxGrain
{
    private readonly MailboxMemory _memory = new();

    public Task<DirectOutcome?> Begin(DirectMessage message)
    {
        DelayDeactivation(MailboxMemory.Remembers);
        return Task.FromResult(_memory.Begin(message, clock.Now));
    }

    public Task End(DirectMessage message, bool taken)
    {
        _memory.End(message, taken);
        return Task.CompletedTask;
    }
}

/// <summary>The rules of a mailbox, without a grain around them.</summary>
internal sealed class MailboxMemory
{
    public static readonly TimeSpan Remembers = TimeSpan.FromHours(24);

    private const int MostKnown = 5_000;
    private const int MostSenders = 500;
    private const int MostAlike = 5;
    private static readonly TimeSpan AlikeWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(string From, string ClientId), (string Id, DateTimeOffset At)> _known = [];
    private readonly Queue<((string From, string ClientId) Key, DateTimeOffset At)> _order = new();
    private readonly Dictionary<string, Sender> _senders = new(StringComparer.Ordinal);

    public DirectOutcome? Begin(DirectMessage message, DateTimeOffset now)
    {
        Forget(now);
        var key = (message.From, message.ClientId);
        if (_known.TryGetValue(key, out var known))
            return new DirectOutcome(null, known.Id);
        if (MayNot(message, now) is { } refusal)
            return new DirectOutcome(refusal, message.Id);
        _known[key] = (message.Id, now);
        _order.Enqueue((key, now));
        return null;
    }

    public void End(DirectMessage message, bool taken)
    {
        var key = (message.From, message.ClientId);
        if (!taken && _known.TryGetValue(key, out var known) && known.Id == message.Id)
            _known.Remove(key);
    }

    /// <summary>Ten a second, thirty at once; the same words more than five times in ten seconds are a machine talking to a machine.</summary>
    private Refusal? MayNot(DirectMessage message, DateTimeOffset now)
    {
        var sender = _senders.GetValueOrDefault(message.From) ?? new Sender();
        if (now < sender.QuietUntil)
            return new(ErrorCodes.RateLimited, "The same words too often.", (int)(sender.QuietUntil - now).TotalMilliseconds);
        if (sender.Allowance.Left(now) < 1)
            return new(ErrorCodes.RateLimited, "Fewer messages, please.", 1_000);
        var alike = sender.Words == message.Content && now - sender.Since <= AlikeWithin;
        sender = sender with
        {
            Allowance = sender.Allowance.Spend(now),
            Words = message.Content,
            Since = alike ? sender.Since : now,
            Times = alike ? sender.Times + 1 : 1,
        };
        _senders[message.From] = sender.Times > MostAlike ? sender with { QuietUntil = now + Pause, Times = 0 } : sender;
        return sender.Times > MostAlike ? new(ErrorCodes.RateLimited, "The same words too often.", (int)Pause.TotalMilliseconds) : null;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_order.TryPeek(out var oldest) && (now - oldest.At >= Remembers || _order.Count >= MostKnown))
        {
            _order.Dequeue();
            if (_known.TryGetValue(oldest.Key, out var known) && known.At == oldest.At)
                _known.Remove(oldest.Key);
        }
        if (_senders.Count < MostSenders)
            return;
        foreach (var (address, sender) in _senders.ToArray())
        {
            if (now >= sender.QuietUntil && sender.Allowance.Left(now) >= ChatAllowance.Burst)
                _senders.Remove(address);
        }
    }

    private sealed record Sender
    {
        public ChatAllowance Allowance { get; init; }
        public string Words { get; init; } = "";
        public DateTimeOffset Since { get; init; }
        public int Times { get; init; }
        public DateTimeOffset QuietUntil { get; init; }
    }
}
