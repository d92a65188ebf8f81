using System.Collections.Concurrent;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Ops;

/// <summary>
/// How long it takes from a request to join to the first media of the newcomer, either way: their own first packet, or the first
/// of their slots that goes live once they are connected. Listens before the rooms do and passes everything on.
/// </summary>
internal sealed class JoinTimes(MediaReports rooms, RoomClock clock) : IMediaListener
{
    private readonly ConcurrentDictionary<string, Entry> _waiting = new(StringComparer.Ordinal);

    /// <summary>Set once the meter exists; nothing is measured without one.</summary>
    public MediaMeter? Meter { get; set; }

    public long Begin() => clock.Time.GetTimestamp();

    public void Refused(long since, ParticipantKind kind) => Meter?.Joined(clock.Time.GetElapsedTime(since), kind, "refused");

    public void Joined(string participantId, long since, ParticipantKind kind)
    {
        if (Meter is not null)
            _waiting[participantId] = new Entry(since, kind);
    }

    /// <summary>They are gone; without any media if they still wait for it.</summary>
    public void Gone(string participantId) => End(participantId, "no_media");

    public void OnFact(MediaFact fact)
    {
        if (_waiting.TryGetValue(fact.PeerId, out var entry))
        {
            entry.Connected |= fact is PeerConnected;
            if (fact is TrackStarted || entry is { Connected: true, Live: true })
                End(fact.PeerId, "media");
        }

        rooms.OnFact(fact);
    }

    public void OnSignal(MediaSignal signal)
    {
        if (signal is SlotsChanged slots && _waiting.TryGetValue(slots.PeerId, out var entry)
            && slots.Slots.Any(slot => slot is { TrackId: not null, Phase: SlotPhase.Live }))
        {
            entry.Live = true;
            if (entry.Connected)
                End(slots.PeerId, "media");
        }

        rooms.OnSignal(signal);
    }

    private void End(string participantId, string outcome)
    {
        if (_waiting.TryRemove(participantId, out var entry))
            Meter?.Joined(clock.Time.GetElapsedTime(entry.Since), entry.Kind, outcome);
    }

    /// <summary>Changed on the thread of the peer's shard only.</summary>
    private sealed class Entry(long since, ParticipantKind kind)
    {
        public long Since => since;

        public ParticipantKind Kind => kind;

        public bool Connected { get; set; }

        public bool Live { get; set; }
    }
}
