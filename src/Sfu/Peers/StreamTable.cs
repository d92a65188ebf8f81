namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The incoming SSRCs of one peer, media and retransmission alike. A short linear scan over an array: an attacker who picks
/// SSRCs cannot make it collide, and few peers send more than eight. At most 64 (reliability L5).
/// </summary>
internal sealed class StreamTable
{
    public const int Capacity = 64;

    private uint[] _ssrcs = [];
    private IngressStream[] _streams = [];
    private int _count;

    public int Count => _count;

    public ReadOnlySpan<IngressStream> Streams => _streams.AsSpan(0, _count);

    /// <summary>The stream an SSRC belongs to; for a retransmission SSRC the stream it repairs.</summary>
    public IngressStream? Find(uint ssrc)
    {
        var index = _ssrcs.AsSpan(0, _count).IndexOf(ssrc);
        return index < 0 ? null : _streams[index];
    }

    public bool TryAdd(uint ssrc, IngressStream stream)
    {
        if (_count == Capacity)
            return false;

        if (_count == _ssrcs.Length)
        {
            var size = Math.Max(4, _count * 2);
            Array.Resize(ref _ssrcs, size);
            Array.Resize(ref _streams, size);
        }

        _ssrcs[_count] = ssrc;
        _streams[_count++] = stream;
        return true;
    }

    /// <summary>Forgets a track's streams: its section was unpublished.</summary>
    public void RemoveTrack(Routing.Track track)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_streams[i].Track != track)
                continue;
            _count--;
            _ssrcs[i] = _ssrcs[_count];
            _streams[i] = _streams[_count];
            _streams[_count] = null!;
        }
    }
}
