namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>SplitMix64: every input is a function of the run's seed and the input's number, so each can be made again alone.</summary>
internal struct FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public static FuzzRandom ForInput(ulong seed, long number)
    {
        var mixer = new FuzzRandom(seed ^ ((ulong)number * 0xD1B5_4A32_D192_ED03));
        return new FuzzRandom(mixer.Next());
    }

    public ulong Next()
    {
        var z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 .. <paramref name="bound"/> - 1; 0 for a bound of 0.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)(uint)bound) >> 32);

    public bool OneIn(int count) => Below(count) == 0;

    public byte Byte() => (byte)(Next() >> 56);

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
