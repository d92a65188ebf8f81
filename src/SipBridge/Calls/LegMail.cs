using System.Collections.Concurrent;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Takes what happens on legs to the calls they belong to. Called on phone threads.</summary>
public sealed class LegMail : ILegListener
{
    private readonly ConcurrentDictionary<string, Action<LegEvent>> _calls = new(StringComparer.Ordinal);

    public void OnLeg(LegEvent happened)
    {
        if (_calls.TryGetValue(happened.LegId, out var take))
            take(happened);
    }

    internal void Add(string legId, Action<LegEvent> take) => _calls[legId] = take;

    internal void Remove(string legId) => _calls.TryRemove(legId, out _);
}
