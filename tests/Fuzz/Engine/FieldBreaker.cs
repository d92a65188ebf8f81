using System.Buffers.Binary;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>Breaks binary messages where they are built to break: counts, lengths, ends, and the joints between messages.</summary>
internal static class FieldBreaker
{
    private static readonly uint[] Edges =
        [0, 1, 2, 3, 4, 0x0F, 0x10, 0x7F, 0x80, 0xBE, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];

    public static void Apply(FuzzBuffer buffer, IReadOnlyList<byte[]> seeds, ref FuzzRandom random)
    {
        if (buffer.Length == 0)
        {
            buffer.Set(random.Pick(seeds));
            return;
        }

        // Most structure is at the front, so half of the blows fall into the first 24 bytes.
        var at = random.Below(random.OneIn(2) ? Math.Min(24, buffer.Length) : buffer.Length);
        switch (random.Below(10))
        {
            case 0:
                buffer.Truncate(at);
                break;
            case 1:
                buffer.Remove(at, 1 + random.Below(8));
                break;
            case 2:
                buffer.Repeat(at, 1 + random.Below(16), 1 + random.Below(random.OneIn(20) ? 400 : 4));
                break;
            case 3:
                Splice(buffer, at, random.Pick(seeds), ref random);
                break;
            case 4:
                Nudge(ref buffer.Bytes[at], ref random);
                break;
            case 5:
                NibbleOrBit(ref buffer.Bytes[at], ref random);
                break;
            default:
                Overwrite(buffer.Bytes[at..], random.Pick(Edges), random.Below(3));
                break;
        }
    }

    private static void Overwrite(Span<byte> place, uint value, int width)
    {
        if (width == 2 && place.Length >= 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(place, value);
        }
        else if (width == 1 && place.Length >= 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)value);
        }
        else
        {
            place[0] = (byte)value;
        }
    }

    private static void Nudge(ref byte place, ref FuzzRandom random) => place = (byte)(place + random.Below(9) - 4);

    private static void NibbleOrBit(ref byte place, ref FuzzRandom random)
    {
        var value = random.Byte();
        place = random.Below(3) switch
        {
            0 => (byte)((place & 0xF0) | (value & 0x0F)),
            1 => (byte)((place & 0x0F) | (value & 0xF0)),
            _ => (byte)(place ^ (1 << (value & 7))),
        };
    }

    private static void Splice(FuzzBuffer buffer, int at, byte[] other, ref FuzzRandom random)
    {
        var from = random.Below(other.Length);
        if (random.OneIn(2))
        {
            buffer.Truncate(at);
        }

        buffer.Insert(at, other.AsSpan(from));
    }
}
