namespace Sylk.Conference.Audio.Codecs;

/// <summary>ITU-T G.711: 8 bits of logarithmic PCM, both laws, by table.</summary>
internal static class G711
{
    /// <summary>What silence is in each law.</summary>
    public const byte SilenceMu = 0xFF, SilenceA = 0xD5;

    private const int MuBias = 0x84, MuClip = 32_635;

    private static readonly float[] MuLaw = Table(MuToLinear), ALaw = Table(AToLinear);
    private static readonly byte[] ToMu = Reverse(LinearToMu), ToA = Reverse(LinearToA);

    public static void Decode(bool isALaw, ReadOnlySpan<byte> from, Span<float> to)
    {
        var table = isALaw ? ALaw : MuLaw;
        for (var i = 0; i < from.Length; i++) to[i] = table[from[i]];
    }

    public static void Encode(bool isALaw, ReadOnlySpan<float> from, Span<byte> to)
    {
        var table = isALaw ? ToA : ToMu;
        for (var i = 0; i < from.Length; i++) to[i] = table[(ushort)Sample16.From(from[i])];
    }

    /// <summary>16-bit value of a mu-law byte (G.711 table 2, scaled to 16 bits).</summary>
    public static short MuToLinear(byte code)
    {
        var value = (byte)~code;
        var magnitude = (((value & 0x0F) << 3) + MuBias << ((value & 0x70) >> 4)) - MuBias;
        return (short)((value & 0x80) != 0 ? -magnitude : magnitude);
    }

    /// <summary>16-bit value of an A-law byte (G.711 table 1, scaled to 16 bits).</summary>
    public static short AToLinear(byte code)
    {
        var value = (byte)(code ^ 0x55);
        var segment = (value & 0x70) >> 4;
        var magnitude = ((value & 0x0F) << 4) + 8;
        if (segment > 0) magnitude = magnitude + 0x100 << segment - 1;
        return (short)((value & 0x80) != 0 ? magnitude : -magnitude);
    }

    public static byte LinearToMu(short sample)
    {
        var magnitude = Math.Min(Math.Abs((int)sample), MuClip) + MuBias;
        var segment = 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude) - 7;
        var code = (sample < 0 ? 0x80 : 0) | segment << 4 | magnitude >> segment + 3 & 0x0F;
        return (byte)~code;
    }

    public static byte LinearToA(short sample)
    {
        var magnitude = (sample < 0 ? ~sample : sample) >> 4;
        var segment = magnitude < 16 ? 0 : 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude) - 3;
        var mantissa = segment < 2 ? magnitude & 0x0F : magnitude >> segment - 1 & 0x0F;
        var code = (sample < 0 ? 0 : 0x80) | segment << 4 | mantissa;
        return (byte)(code ^ 0x55);
    }

    private static float[] Table(Func<byte, short> law)
    {
        var table = new float[256];
        for (var code = 0; code < 256; code++) table[code] = law((byte)code) / 32_768f;
        return table;
    }

    private static byte[] Reverse(Func<short, byte> law)
    {
        var table = new byte[65_536];
        for (var sample = 0; sample < 65_536; sample++) table[sample] = law((short)sample);
        return table;
    }
}
