using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// What goes from a room to code of this process: the shard's side. Remembers which voices the other side has a decoder for, and
/// tells it of each that ended or was not heard for ten seconds; that is never lost, only late while the ring is full.
/// </summary>
internal sealed class HeardVoices(RelayRing ring, ShardCounters counters)
{
    /// <summary>The most a packet may have.</summary>
    public const int MostOctets = 1_500;

    /// <summary>After so long without a packet (muted, not among the loudest) a voice counts as gone until it is heard again.</summary>
    public const int ForgetAfterMs = 10_000;

    private Voice[] _voices = new Voice[8];
    private int _count;
    private uint[] _ended = new uint[8];
    private int _endedCount;

    /// <summary>There is something to look after.</summary>
    public bool IsEmpty => _count == 0 && _endedCount == 0;

    public void Write(Instant now, IngressStream stream, in PacketFacts facts, ReadOnlySpan<byte> opus)
    {
        Note(now, stream);
        var record = new RelayRecord
        {
            Kind = RelayKind.Packet,
            Flags = facts.Marker ? RelayFlags.Marker : RelayFlags.None,
            PayloadLength = (ushort)opus.Length,
            AudioLevel = facts.AudioLevel,
            Track = stream.Number,
            Timestamp = facts.Timestamp,
            Sequence = facts.Sequence,
        };
        // What is owed goes first: a voice that is heard again may not be told of as gone after that.
        if (opus.Length > MostOctets || !TellEnded() || !ring.TryWrite(record, opus))
            counters.Drop(DropReason.LocalRingFull, FlowDirection.Transmit, DropKind.Audio);
    }

    public void OnRemoved(Track track)
    {
        for (var i = _count - 1; i >= 0; i--)
            if (_voices[i].Stream.Track == track)
                End(i);
        TellEnded();
    }

    /// <summary>Forgets who was not heard for long, and tells what could not be told before.</summary>
    public void Look(Instant now)
    {
        for (var i = _count - 1; i >= 0; i--)
            if (now >= _voices[i].HeardAt.PlusMilliseconds(ForgetAfterMs))
                End(i);
        TellEnded();
    }

    private void Note(Instant now, IngressStream stream)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_voices[i].Stream != stream)
                continue;
            _voices[i].HeardAt = now;
            return;
        }

        OnRemoved(stream.Track); // the publisher began a new stream: the former one's numbers mean nothing any more
        if (_count == _voices.Length)
            Array.Resize(ref _voices, _count * 2);
        _voices[_count++] = new Voice { Stream = stream, HeardAt = now };
    }

    private void End(int index)
    {
        if (_endedCount == _ended.Length)
            Array.Resize(ref _ended, _endedCount * 2);
        _ended[_endedCount++] = _voices[index].Stream.Number;
        _voices[index] = _voices[--_count];
        _voices[_count] = default;
    }

    /// <summary>False: the ring is full.</summary>
    private bool TellEnded()
    {
        while (_endedCount > 0)
        {
            if (!ring.TryWrite(new RelayRecord { Kind = RelayKind.Ended, Track = _ended[_endedCount - 1] }, default))
                return false;
            _endedCount--;
        }

        return true;
    }

    private struct Voice
    {
        public IngressStream Stream;
        public Instant HeardAt;
    }
}
