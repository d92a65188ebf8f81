namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>Flips, overwrites, inserts and removes bytes without knowing what they mean.</summary>
internal static class BlindMutation
{
    public static void Apply(FuzzBuffer buffer, ref FuzzRandom random)
    {
        for (var times = 1 + random.Below(8); times > 0 && buffer.Length > 0; times--)
        {
            Once(buffer, random.Below(buffer.Length), ref random);
        }
    }

    private static void Once(FuzzBuffer buffer, int at, ref FuzzRandom random)
    {
        switch (random.Below(6))
        {
            case 0:
            case 1:
                buffer.Bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 2:
                buffer.Bytes[at] = random.Byte();
                break;
            case 3:
                buffer.Insert(at, [random.Byte()]);
                break;
            case 4:
                buffer.Remove(at, 1 + random.Below(4));
                break;
            default:
                (buffer.Bytes[at], buffer.Bytes[^1]) = (buffer.Bytes[^1], buffer.Bytes[at]);
                break;
        }
    }
}
