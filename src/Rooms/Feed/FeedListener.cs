using System.Collections.Immutable;
using System.Threading.Channels;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// What one connection still has to be told. Facts queue up to a limit; beyond it all are dropped and the listener is
/// told to resync, so that a slow reader costs nobody else anything; where that loses data that may not be lost, the connection
/// is closed. Signals are kept as the newest only, of lossy data the newest few.
/// </summary>
public sealed class FeedListener(string connectionId, int capacity = FeedListener.DefaultCapacity)
{
    public const int DefaultCapacity = 512;
    private const int MaxLossy = 64;

    /// <summary>Limit L16: so many bytes wait for one connection at most.</summary>
    private const int MostBytes = 1 << 20;
    private const int SignalWeight = 512;
    private const string TooSlow = "This connection reads too slowly for what may not be lost.";

    private readonly Lock _gate = new();
    private readonly Queue<FeedEnvelope> _facts = new();
    private readonly Queue<FeedEnvelope> _lossy = new();
    private readonly Dictionary<string, SlotState> _slots = [];
    private readonly Dictionary<string, PublishHinted> _hints = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FeedEnvelope? _speakers;
    private FeedEnvelope? _quality;
    private string _slotRoom = "";
    private long _slotEpoch;
    private long _lastRev;
    private bool _outside;
    private long _bytes;

    public string ConnectionId { get; } = connectionId;

    /// <summary>Whose ears these are; empty until the join has been decided.</summary>
    public string ParticipantId { get; private set; } = "";

    /// <summary>How often this listener lost facts because it read too slowly.</summary>
    public int Overflows { get; private set; }

    /// <summary>Lossy messages this listener did not get because it read too slowly.</summary>
    public int LossyDropped { get; private set; }

    /// <summary>A door may carry many people of one room on one connection: then these are the ears of all of them.</summary>
    public ImmutableArray<Attendant> Carried { get; private set; } = [];

    public void Bind(string participantId) => ParticipantId = participantId;

    public void Carry(Attendant one)
    {
        lock (_gate)
            Carried = Carried.Add(one);
    }

    public void SetDown(string participantId)
    {
        lock (_gate)
            Carried = Carried.RemoveAll(one => one.ParticipantId == participantId);
    }

    /// <summary>Whether it is for somebody whose ears these are.</summary>
    internal bool Hears(FeedItem item)
    {
        var carried = Carried;
        return carried.IsEmpty ? IsFor(item, ParticipantId, ConnectionId) : carried.Any(one => IsFor(item, one.ParticipantId, one.ConnectionId));
    }

    /// <summary>Whoever waits outside hears only what is said to them; what was heard so far is forgotten.</summary>
    public void StandOutside(string participantId)
    {
        lock (_gate)
        {
            (ParticipantId, _outside) = (participantId, true);
            Forget();
            _lossy.Clear();
        }
    }

    public void ComeInside()
    {
        lock (_gate)
            _outside = false;
    }

    public void Offer(FeedEnvelope envelope)
    {
        lock (_gate)
        {
            if (_outside && envelope.Content is not (Word { To: not null } or Dismissed))
                return;
            _lastRev = Math.Max(_lastRev, envelope.Rev);
            if (envelope.Content is DataSent { Reliable: false })
            {
                OfferLossy(envelope);
                return;
            }
            if (_facts.Count >= capacity || _bytes + WeightOf(envelope) > MostBytes)
            {
                MakeRoom(envelope);
                if (envelope.Content is not Dismissed)
                {
                    Wake();
                    return;
                }
            }
            Keep(envelope);
            Wake();
        }
    }

    public void OfferSlots(SlotsChanged signal)
    {
        lock (_gate)
        {
            if (signal.Epoch > _slotEpoch)
                _slots.Clear();
            (_slotRoom, _slotEpoch) = (signal.Room, signal.Epoch);
            foreach (var slot in signal.Slots)
                _slots[slot.Mid] = slot;
            Wake();
        }
    }

    /// <summary>Of each track the newest.</summary>
    public void OfferHint(PublishHinted hint)
    {
        lock (_gate)
        {
            _hints[hint.TrackId] = hint;
            Wake();
        }
    }

    public void OfferSpeakers(FeedEnvelope speakers)
    {
        lock (_gate)
        {
            if (_outside)
                return;
            _speakers = speakers;
            Wake();
        }
    }

    /// <summary>Of two that wait, the newer word on each participant and direction counts.</summary>
    public void OfferQuality(FeedEnvelope quality)
    {
        lock (_gate)
        {
            if (_outside)
                return;
            _quality = _quality is null ? quality : new FeedEnvelope(Merge((QualityChanged)_quality.Content, (QualityChanged)quality.Content), quality.Rev);
            Wake();
        }
    }

    /// <summary>Waits until there is something, then takes all of it: facts in order first, then the newest signals.</summary>
    public async Task TakeAsync(List<FeedEnvelope> into, CancellationToken stop)
    {
        await _wake.Reader.ReadAsync(stop).ConfigureAwait(false);
        lock (_gate)
        {
            into.AddRange(_facts);
            Forget();
            into.AddRange(_lossy);
            _lossy.Clear();
            if (_slots.Count > 0)
            {
                into.Add(new FeedEnvelope(new SlotsChanged(_slotRoom, ParticipantId, [.. _slots.Values]) { Epoch = _slotEpoch }, _lastRev));
                _slots.Clear();
            }
            foreach (var hint in _hints.Values)
                into.Add(new FeedEnvelope(hint, _lastRev));
            _hints.Clear();
            if (_speakers is not null)
                into.Add(_speakers);
            if (_quality is not null)
                into.Add(_quality);
            (_speakers, _quality) = (null, null);
        }
    }

    /// <summary>Forgets what a sync will bring anyway; an order to close the connection is not among that.</summary>
    private void MakeRoom(FeedEnvelope arriving)
    {
        Overflows++;
        var farewells = _facts.Where(envelope => envelope.Content is Dismissed).ToList();
        if (farewells.Count == 0 && _facts.Append(arriving).Any(envelope => envelope.Content is DataSent))
            farewells.Add(new FeedEnvelope(new Dismissed(_lastRev, ParticipantId, ErrorCodes.Overloaded, TooSlow, ConnectionId, "resume"), _lastRev));
        Forget();
        Keep(new FeedEnvelope(new ResyncNeeded(_lastRev), _lastRev));
        foreach (var farewell in farewells)
            Keep(farewell);
    }

    private void Keep(FeedEnvelope envelope)
    {
        _facts.Enqueue(envelope);
        _bytes += WeightOf(envelope);
    }

    private void Forget()
    {
        _facts.Clear();
        _bytes = 0;
    }

    private static int WeightOf(FeedEnvelope envelope) => envelope.Content switch
    {
        FeedItem item => item.Weight,
        FactBatch batch => batch.Items.Sum(item => item.Weight),
        _ => SignalWeight,
    };

    private static QualityChanged Merge(QualityChanged older, QualityChanged newer) => newer with
    {
        Items = [.. older.Items.Concat(newer.Items).GroupBy(item => (item.PeerId, item.Direction)).Select(same => same.Last())],
    };

    private void OfferLossy(FeedEnvelope envelope)
    {
        if (_lossy.Count >= MaxLossy)
        {
            _lossy.Dequeue();
            LossyDropped++;
        }
        _lossy.Enqueue(envelope);
        Wake();
    }

    private static bool IsFor(FeedItem item, string participantId, string connectionId) =>
        item.IsFor(participantId) && (item is not Dismissed { ConnectionId: { } connection } || connection == connectionId);

    private void Wake() => _wake.Writer.TryWrite(true);
}
