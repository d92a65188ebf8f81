using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Somebody who is in a room by XMPP: one participant, on one or more of their clients (rule MUC-13). Used by its room alone.</summary>
internal sealed class Occupant(string id, Jid first, string nick)
{
    private const int MostSent = 64;

    private readonly Queue<(string WireId, string MessageId)> _sent = new();

    public string Id => id;

    public Jid Bare { get; } = first.Bare;

    public List<Jid> Sessions { get; } = [first];

    /// <summary>Which they asked for last.</summary>
    public string Nick { get; set; } = nick;

    /// <summary>They have been told who is here, and hear all that follows.</summary>
    public bool IsInside { get; set; }

    /// <summary>They go, and the room has not said so yet.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Of the last line they were shown.</summary>
    public long LastSequence { get; set; }

    public string? Show { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset HeardAt { get; set; }

    /// <summary>How fast they change their presence (rule MUC-14).</summary>
    public Allowance Presences { get; } = new(perSecond: 1, burst: 5);

    /// <summary>What is not kept: states, markers.</summary>
    public Allowance Signals { get; } = new(perSecond: 10, burst: 30);

    /// <summary>Orders to the room, one after the other.</summary>
    public Task Orders { get; set; } = Task.CompletedTask;

    public int OrdersWaiting { get; set; }

    public bool Has(Jid session) => Sessions.Contains(session);

    public void NoteSent(string wireId, string messageId)
    {
        _sent.Enqueue((wireId, messageId));
        if (_sent.Count > MostSent)
            _sent.Dequeue();
    }

    /// <summary>The line they sent under this id; null when it is too long ago.</summary>
    public string? FindSent(string wireId) => _sent.LastOrDefault(one => one.WireId == wireId).MessageId;

    /// <summary>The other way round.</summary>
    public string? FindWire(string messageId) => _sent.LastOrDefault(one => one.MessageId == messageId).WireId;
}

/// <summary>A join that the room has not answered, or that is not told yet.</summary>
internal sealed record Joining(Occupant Who, RoomStanza Asked, HistoryWish Wish);

/// <summary>So much a second, and a burst.</summary>
internal sealed class Allowance(double perSecond, double burst)
{
    private double _spent;
    private DateTimeOffset _at;

    public bool TrySpend(DateTimeOffset now)
    {
        _spent = Math.Max(0, _spent - Math.Max(0, (now - _at).TotalSeconds) * perSecond);
        _at = now;
        if (_spent + 1 > burst)
            return false;
        _spent++;
        return true;
    }
}
