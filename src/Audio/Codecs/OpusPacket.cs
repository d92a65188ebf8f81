namespace Sylk.Conference.Audio.Codecs;

/// <summary>What the first bytes of an Opus packet say (RFC 6716 section 3).</summary>
internal static class OpusPacket
{
    /// <summary>Samples at 48 kHz; 0 when malformed or longer than 120 ms.</summary>
    public static int Samples(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return 0;
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            3 => packet.Length > 1 ? packet[1] & 0x3F : 0,
            _ => 2,
        };
        var samples = frames * FrameSamples(packet[0]);
        return samples <= 5_760 ? samples : 0;
    }

    /// <summary>Whether it can carry a copy of the frame before (only SILK and hybrid modes do).</summary>
    public static bool MayCarryFec(ReadOnlySpan<byte> packet) => packet.Length > 2 && packet[0] < 0x80;

    private static int FrameSamples(byte toc)
    {
        var size = toc >> 3 & 3;
        if (toc >= 0x80) return 120 << size;
        if (toc >= 0x60) return (toc & 8) == 0 ? 480 : 960;
        return size == 3 ? 2_880 : 480 << size;
    }
}
