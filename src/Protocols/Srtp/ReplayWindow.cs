using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// The last 1,024 packet indices of one source (RFC 3711 §3.3.2): a ring of bits addressed by index, so that going
/// forward clears bits and shifts nothing.
/// </summary>
internal struct ReplayWindow
{
    public const int Size = 1024;

    private const int WordBits = 64;
    private const int WordCount = Size / WordBits;

    private Words _words;

    /// <summary>Whether the index may be new: <see cref="SrtpVerdict.Accepted"/>, Replayed or TooOld.</summary>
    /// <param name="highest">The highest index accepted so far.</param>
    /// <param name="index">The index in question.</param>
    public readonly SrtpVerdict Check(long highest, long index)
    {
        if (index > highest)
        {
            return SrtpVerdict.Accepted;
        }

        if (highest - index >= Size)
        {
            return SrtpVerdict.TooOld;
        }

        return (_words[WordOf(index)] >> (int)index & 1) == 0 ? SrtpVerdict.Accepted : SrtpVerdict.Replayed;
    }

    /// <summary>Marks an accepted index; returns the highest after it.</summary>
    public long Commit(long highest, long index)
    {
        if (index > highest)
        {
            Clear(highest + 1, index);
            highest = index;
        }

        _words[WordOf(index)] |= 1UL << (int)index;
        return highest;
    }

    // Bits first..last stand for indices not seen yet; they may still hold those of 1,024 before.
    private void Clear(long first, long last)
    {
        if (last - first >= Size - 1)
        {
            _words = default;
            return;
        }

        while (first <= last)
        {
            var inWord = (int)first & (WordBits - 1);
            var count = (int)Math.Min(WordBits - inWord, last - first + 1);
            _words[WordOf(first)] &= ~((count == WordBits ? ulong.MaxValue : (1UL << count) - 1) << inWord);
            first += count;
        }
    }

    private static int WordOf(long index) => (int)(index / WordBits) & (WordCount - 1);

    [InlineArray(WordCount)]
    private struct Words
    {
        private ulong _first;
    }
}
