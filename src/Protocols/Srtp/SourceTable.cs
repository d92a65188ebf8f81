using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// Receive state of the sources heard on one transport: at most 64, the longest silent makes room (L5). Only
/// authenticated packets may add a source.
/// </summary>
internal sealed class SourceTable
{
    public const int Capacity = 64;

    private const int InitialCapacity = 4;

    private uint[] _ssrcs = new uint[InitialCapacity];
    private Source[] _sources = new Source[InitialCapacity];
    private int _last;
    private ulong _clock;

    public int Count { get; private set; }

    /// <summary>The source's state, or a null reference when it was not heard yet.</summary>
    public ref Source Find(uint ssrc)
    {
        if (_ssrcs[_last] == ssrc && _last < Count)
        {
            return ref _sources[_last];
        }

        var index = _ssrcs.AsSpan(0, Count).IndexOf(ssrc);
        if (index < 0)
        {
            return ref Unsafe.NullRef<Source>();
        }

        _last = index;
        return ref _sources[index];
    }

    /// <summary>The source's state, made when it is new; counts as use.</summary>
    public ref Source Touch(uint ssrc)
    {
        ref var source = ref Find(ssrc);
        if (Unsafe.IsNullRef(ref source))
        {
            source = ref Add(ssrc);
        }

        source.LastUse = ++_clock;
        return ref source;
    }

    private ref Source Add(uint ssrc)
    {
        var index = Count < Capacity ? Count++ : LongestSilent();
        if (index == _ssrcs.Length)
        {
            Array.Resize(ref _ssrcs, 2 * index);
            Array.Resize(ref _sources, 2 * index);
        }

        _ssrcs[index] = ssrc;
        _sources[index] = new Source { Highest = Source.Unheard };
        _last = index;
        return ref _sources[index];
    }

    private int LongestSilent()
    {
        var oldest = 0;
        for (var i = 1; i < Count; i++)
        {
            oldest = _sources[i].LastUse < _sources[oldest].LastUse ? i : oldest;
        }

        return oldest;
    }

    internal struct Source
    {
        public const long Unheard = -1;

        /// <summary>Highest RTP index accepted: rollover counter and sequence number; <see cref="Unheard"/> before the first.</summary>
        public long Highest;

        public ulong LastUse;
        public RtcpReplayWindow Rtcp;
        public ReplayWindow Rtp;
    }
}
