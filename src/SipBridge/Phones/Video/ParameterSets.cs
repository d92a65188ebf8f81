using System.Buffers.Binary;
using System.Numerics;
using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// The H.264 parameter sets of one camera, from its description (<c>sprop-parameter-sets</c>, RFC 6184 section 8.1) and its stream, so that
/// they can stand before every IDR picture (VID-5): who comes later has nothing else to decode it with.
/// </summary>
internal sealed class ParameterSets
{
    /// <summary>Sets that are kept; a camera has two. More are passed on, and not repeated.</summary>
    public const int Most = 4;

    /// <summary>Bytes of one set.</summary>
    public const int Largest = 256;

    private const int SequenceSet = 7;
    private const int PictureSet = 8;
    private const int StapA = 24;
    private const int FuA = 28;

    private readonly byte[] _bytes = new byte[Most * Largest];
    private readonly Set[] _sets = new Set[Most];
    private string? _described;
    private uint _timestamp;
    private int _seen;

    /// <summary>What their description says; what the stream said since counts on while it says the same.</summary>
    /// <param name="described">Base64 units between commas; null for none. Units that are none are passed over.</param>
    public void Describe(string? described)
    {
        if (described != _described)
        {
            _described = described;
            Begin();
        }
    }

    /// <summary>Another source: only what was described is known of it.</summary>
    public void Begin()
    {
        Array.Clear(_sets);
        _seen = 0;
        Span<byte> unit = stackalloc byte[Largest];
        foreach (var part in _described.AsSpan().Split(','))
        {
            if (Convert.TryFromBase64Chars(_described.AsSpan()[part].Trim(), unit, out var length))
            {
                Keep(unit[..length]);
            }
        }
    }

    /// <summary>Takes note of a payload, in the order they come.</summary>
    /// <returns>Sets to send before it, one bit for each (<see cref="Unit"/>): it begins an IDR picture that came without them.</returns>
    public int Read(ReadOnlySpan<byte> payload, uint timestamp)
    {
        if (!H264PayloadFacts.TryRead(payload, out var facts))
        {
            return 0;
        }

        if (timestamp != _timestamp)
        {
            (_timestamp, _seen) = (timestamp, 0);
        }

        if (facts.HasParameterSets)
        {
            Keep(payload, payload[0] & 0x1F);
        }

        if (!facts.HasIdr || !facts.BeginsUnit || !facts.BeginsPicture)
        {
            return 0;
        }

        var missing = Known() & ~_seen;
        _seen |= missing;
        return missing;
    }

    /// <summary>The next of some sets, those of sequences first, and takes it out of them.</summary>
    /// <param name="sets">As <see cref="Read"/> gave them; not 0.</param>
    public ReadOnlySpan<byte> Unit(ref int sets)
    {
        var sequences = sets & OfKind(SequenceSet);
        var place = BitOperations.TrailingZeroCount(sequences != 0 ? sequences : sets);
        sets &= ~(1 << place);
        return _bytes.AsSpan(place * Largest, _sets[place].Length);
    }

    private void Keep(ReadOnlySpan<byte> payload, int form)
    {
        if (form == FuA)
        {
            Array.Clear(_sets); // too long to keep: what is known of it may be out of date
            return;
        }

        if (form != StapA)
        {
            _seen |= Keep(payload);
            return;
        }

        for (var units = payload[1..]; units.Length >= 2;)
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(units);
            _seen |= Keep(units.Slice(2, size));
            units = units[(2 + size)..];
        }
    }

    /// <returns>The bit of its place; 0 when it is no set, too long or one too many.</returns>
    private int Keep(ReadOnlySpan<byte> unit)
    {
        if (!TryReadId(unit, out var kind, out var id))
        {
            return 0;
        }

        if (unit.Length > Largest)
        {
            Array.Clear(_sets); // as a fragmented one
            return 0;
        }

        for (var i = 0; i < Most; i++)
        {
            ref var set = ref _sets[i];
            if (set.Length == 0 || (set.Kind == kind && set.Id == id))
            {
                set = new Set(kind, id, unit.Length);
                unit.CopyTo(_bytes.AsSpan(i * Largest));
                return 1 << i;
            }
        }

        return 0;
    }

    private int Known()
    {
        var known = 0;
        for (var i = 0; i < Most; i++)
        {
            known |= _sets[i].Length > 0 ? 1 << i : 0;
        }

        return known;
    }

    private int OfKind(int kind)
    {
        var places = 0;
        for (var i = 0; i < Most; i++)
        {
            places |= _sets[i].Length > 0 && _sets[i].Kind == kind ? 1 << i : 0;
        }

        return places;
    }

    /// <summary>An Exp-Golomb code at the beginning of a picture's set, and behind profile and level of a sequence's (H.264 section 7.3.2).</summary>
    private static bool TryReadId(ReadOnlySpan<byte> unit, out byte kind, out byte id)
    {
        (kind, id) = (unit.IsEmpty ? (byte)0 : (byte)(unit[0] & 0x1F), 0);
        var at = kind switch { SequenceSet => 4, PictureSet => 1, _ => int.MaxValue };
        if (at >= unit.Length || (unit[0] & 0x80) != 0)
        {
            return false;
        }

        var bits = (uint)unit[at] << 24 | (at + 1 < unit.Length ? (uint)unit[at + 1] << 16 : 0) | (at + 2 < unit.Length ? (uint)unit[at + 2] << 8 : 0);
        var zeros = BitOperations.LeadingZeroCount(bits);
        const int MostZeros = 7;
        if (zeros > MostZeros)
        {
            return false;
        }

        id = (byte)((bits >> (31 - (2 * zeros))) - 1);
        return true;
    }

    private readonly record struct Set(byte Kind, byte Id, int Length);
}
