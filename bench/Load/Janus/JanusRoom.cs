using Sylk.Conference.Load.Serving;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Load.Janus;

/// <summary>Who publishes in a room: subscribers of Janus name what they want. May be used by many at once.</summary>
internal sealed class JanusRoom(long number)
{
    private readonly List<JanusStream> _audio = [];
    private readonly List<JanusStream> _video = [];
    private int _turn;

    public long Number => number;

    public void Add(long publisher, SessionDescription offer)
    {
        lock (_audio)
        {
            foreach (var media in offer.Media)
                (media.Kind == MediaKind.Audio ? _audio : _video).Add(new JanusStream(publisher, media.Mid ?? ""));
        }
    }

    /// <summary>As many streams as there are slots for. Each choice begins one publisher later, so that all are watched alike.</summary>
    public IReadOnlyList<JanusStream> Choose(Slots slots)
    {
        lock (_audio)
        {
            var start = _turn++;
            return [.. Take(_audio, start, slots.Audio), .. Take(_video, start, slots.Video)];
        }
    }

    private static IEnumerable<JanusStream> Take(List<JanusStream> streams, int start, int most) =>
        Enumerable.Range(0, Math.Min(most, streams.Count)).Select(i => streams[(start + i) % streams.Count]);
}
