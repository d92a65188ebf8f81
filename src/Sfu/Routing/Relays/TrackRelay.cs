using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Assignment;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>A track's ways to the other shards of its room. Only tracks of rooms on several shards have one.</summary>
internal sealed class TrackRelay
{
    private Crossing[] _crossings = [];

    /// <summary>The home's last word on whether the track is among the loudest; only asked for where the home is another shard.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Somebody on another shard watches it.</summary>
    public bool IsWanted
    {
        get
        {
            foreach (var crossing in _crossings)
                if (crossing.Wanted != 0)
                    return true;
            return false;
        }
    }

    /// <summary>The largest size wanted on any of them.</summary>
    public int WantedSize
    {
        get
        {
            var size = PublishHints.Nobody;
            foreach (var crossing in _crossings)
                size = Math.Max(size, crossing.WantedSize);
            return size;
        }
    }

    public ReadOnlySpan<Crossing> Crossings => _crossings;

    public void Add(Crossing crossing) => _crossings = [.. _crossings, crossing];

    public void Remove(Crossing crossing) => _crossings = Array.FindAll(_crossings, other => other != crossing);

    /// <summary>Hands over a packet that has been stored in its stream's history.</summary>
    public void Cross(Instant now, IngressStream stream, in PacketFacts facts)
    {
        if (!stream.History.TryGet(facts.Sequence, out var stored))
            return;
        foreach (var crossing in _crossings)
            crossing.Send(now, stream, facts, stored);
    }

    public void Skip(IngressStream stream, long sequence)
    {
        foreach (var crossing in _crossings)
            crossing.Skip(stream, sequence);
    }

    public void MarkTalkspurt()
    {
        foreach (var crossing in _crossings)
            crossing.MarkTalkspurt();
    }
}
