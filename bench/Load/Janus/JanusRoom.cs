using System.Collections.Concurrent;
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

/// <summary>The rooms of one server by name, for all doors into it.</summary>
internal sealed class JanusRooms
{
    private readonly ConcurrentDictionary<string, Lazy<Task<JanusRoom>>> _rooms = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>The room; the first who asks creates it with the number it is given.</summary>
    public Task<JanusRoom> FindAsync(string name, Func<long, Task> create) =>
        _rooms.GetOrAdd(name, _ => new Lazy<Task<JanusRoom>>(() => CreateAsync(create))).Value;

    private async Task<JanusRoom> CreateAsync(Func<long, Task> create)
    {
        var room = new JanusRoom(Interlocked.Increment(ref _last));
        await create(room.Number).ConfigureAwait(false);
        return room;
    }
}
