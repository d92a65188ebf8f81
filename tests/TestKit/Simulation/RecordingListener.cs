using Sylk.Conference.Sfu;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>Keeps what the engine reported, in order.</summary>
public sealed class RecordingListener : IMediaListener
{
    public List<MediaFact> Facts { get; } = [];

    public List<MediaSignal> Signals { get; } = [];

    public void OnFact(MediaFact fact) => Facts.Add(fact);

    public void OnSignal(MediaSignal signal) => Signals.Add(signal);

    /// <summary>What a viewer's slots carry by the newest signals: mid to track.</summary>
    public Dictionary<string, SlotState> SlotsOf(string peerId)
    {
        var slots = new Dictionary<string, SlotState>();
        foreach (var signal in Signals.OfType<SlotsChanged>().Where(signal => signal.PeerId == peerId))
            foreach (var slot in signal.Slots)
                slots[slot.Mid] = slot;
        return slots;
    }
}
