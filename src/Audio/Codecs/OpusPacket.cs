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

    /// <summary>
    /// Whether it carries a copy of the frame before: only SILK and hybrid modes do, and their first bits say so after one voice
    /// activity bit for each 20 ms (RFC 6716 sections 4.2.3 and 4.2.4). Packets of several frames are taken for having none.
    /// </summary>
    public static bool CarriesFec(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 3 || packet[0] >= 0x80 || (packet[0] & 3) != 0) return false;
        var activityBits = Math.Max(1, FrameSamples(packet[0]) / VoiceClock.Frame);
        var isStereo = (packet[0] & 4) != 0;
        return (packet[1] & 0x80 >> activityBits) != 0 || (isStereo && (packet[1] & 0x80 >> 2 * activityBits + 1) != 0);
    }

    private static int FrameSamples(byte toc)
    {
        var size = toc >> 3 & 3;
        if (toc >= 0x80) return 120 << size;
        if (toc >= 0x60) return (toc & 8) == 0 ? 480 : 960;
        return size == 3 ? 2_880 : 480 << size;
    }
}
