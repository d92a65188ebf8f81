using System.Numerics;
using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// A byte ring in which each piece is contiguous. Positions count all bytes ever written, so a position says by itself
/// whether it was overwritten. Doubles, up to its limit, while it would overwrite bytes younger than the caller wants kept.
/// </summary>
internal struct StoredBytes
{
    private const int First = 1_024;
    private const int Sections = 8;

    private readonly int _limit;
    private byte[] _ring;
    private long _head;
    private long _oldest;
    private SectionTimes _writtenAt;

    public StoredBytes(int limit)
    {
        _limit = (int)BitOperations.RoundUpToPowerOf2((uint)limit);
        _ring = new byte[Math.Min(First, _limit)];
        ForgetTimes();
    }

    public readonly int Capacity => _ring?.Length ?? 0;

    /// <param name="piece">What is kept, together with <paramref name="tail"/> after it.</param>
    /// <param name="keepSince">Bytes written after this (nanoseconds) are worth growing for.</param>
    /// <returns>False: longer than the ring may ever become.</returns>
    public bool TryWrite(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> tail, long keepSince, Instant now, out long position)
    {
        position = 0;
        var length = piece.Length + tail.Length;
        if (length > _limit) return false;
        while (length > _ring.Length || (_ring.Length < _limit && OverwritesYoung(length, keepSince))) Grow();
        position = Contiguous(length);
        var place = _ring.AsSpan((int)(position & (_ring.Length - 1)));
        piece.CopyTo(place);
        tail.CopyTo(place[piece.Length..]);
        _head = position + length;
        _oldest = Math.Max(_oldest, _head - _ring.Length);
        MarkWritten(position, now);
        return true;
    }

    public readonly bool Holds(long position) => position >= _oldest;

    public readonly ReadOnlySpan<byte> Read(long position, int length) => _ring.AsSpan((int)(position & (_ring.Length - 1)), length);

    // A piece may be longer than a section: those in its middle are as young as its ends.
    private void MarkWritten(long position, Instant now)
    {
        for (var at = position; at < _head; at += _ring.Length / Sections) _writtenAt[SectionOf(at)] = now.Nanoseconds;
        _writtenAt[SectionOf(Math.Max(position, _head - 1))] = now.Nanoseconds;
    }

    private readonly long Contiguous(int length)
    {
        var offset = _head & (_ring.Length - 1);
        return offset + length <= _ring.Length ? _head : _head - offset + _ring.Length;
    }

    private readonly int SectionOf(long position) => (int)((position & (_ring.Length - 1)) * Sections / _ring.Length);

    private readonly bool OverwritesYoung(int length, long keepSince)
    {
        if (_head < _ring.Length && Contiguous(length) + length <= _ring.Length) return false;
        // Every section from the one after the start to the one past the end: a lap that ended early leaves some never written.
        var offset = Contiguous(length) & (_ring.Length - 1);
        var first = (int)(offset * Sections / _ring.Length);
        var last = (int)((offset + length) * Sections / _ring.Length) + 1;
        for (var section = first + 1; section <= last; section++)
            if (_writtenAt[section % Sections] > keepSince) return true;
        return false;
    }

    // Both sizes are powers of two, so each lap of the old ring lands in one piece in the new one.
    private void Grow()
    {
        var larger = new byte[_ring.Length * 2];
        var oldest = Math.Max(_oldest, 0);
        var start = oldest;
        while (start < _head)
        {
            var from = (int)(start & (_ring.Length - 1));
            var count = (int)Math.Min(_ring.Length - from, _head - start);
            _ring.AsSpan(from, count).CopyTo(larger.AsSpan((int)(start & (larger.Length - 1))));
            start += count;
        }

        CarryTimes(oldest, larger);
    }

    // A section of the larger ring is as young as the youngest of the sections it takes in.
    private void CarryTimes(long oldest, byte[] larger)
    {
        var former = _writtenAt;
        var step = Math.Max(1, _ring.Length / Sections);
        var smaller = _ring.Length - 1;
        _ring = larger;
        ForgetTimes();
        for (var position = oldest; position < _head; position = Math.Min(position + step, position == _head - 1 ? _head : _head - 1))
        {
            var time = former[(int)((position & smaller) / step)];
            var section = SectionOf(position);
            _writtenAt[section] = Math.Max(_writtenAt[section], time);
        }
    }

    private void ForgetTimes()
    {
        for (var i = 0; i < Sections; i++) _writtenAt[i] = long.MinValue;
    }

    [InlineArray(Sections)]
    private struct SectionTimes
    {
        private long _first;
    }
}
