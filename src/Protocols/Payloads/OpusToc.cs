namespace Sylk.Conference.Protocols.Payloads;

/// <summary>What an Opus packet tells in its first octets (RFC 6716 section 3).</summary>
/// <param name="Config">Mode, bandwidth and frame size, 0..31.</param>
/// <param name="IsStereo">Coded with two channels.</param>
/// <param name="FrameCount">Frames in the packet, 1..48.</param>
/// <param name="FrameSamples">Samples per frame and channel at 48 kHz, 120..2,880.</param>
/// <param name="IsDtx">Too short to carry sound: the sender is silent.</param>
public readonly record struct OpusToc(int Config, bool IsStereo, int FrameCount, int FrameSamples, bool IsDtx)
{
    /// <summary>Samples of the longest packet, 120 ms.</summary>
    public const int LongestPacket = 5760;

    private const int LongestSilence = 2;

    /// <summary>Samples per channel at 48 kHz.</summary>
    public int Samples => FrameCount * FrameSamples;

    public TimeSpan Duration => TimeSpan.FromTicks(Samples * TimeSpan.TicksPerSecond / 48_000);

    /// <returns>False when it is empty, has no frames or lasts over 120 ms (section 3.4).</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OpusToc toc)
    {
        toc = default;
        if (payload.IsEmpty) return false;
        var code = payload[0] & 3;
        if (code == 3 && payload.Length < 2) return false;
        var frames = code switch { 0 => 1, 3 => payload[1] & 0x3F, _ => 2 };
        var config = payload[0] >> 3;
        var samples = SamplesOf(config);
        if (frames == 0 || frames * samples > LongestPacket) return false;
        toc = new OpusToc(config, (payload[0] & 4) != 0, frames, samples, payload.Length <= LongestSilence);
        return true;
    }

    private static int SamplesOf(int config) => config switch
    {
        < 12 => (config & 3) == 3 ? 2880 : 480 << (config & 3),
        < 16 => 480 << (config & 1),
        _ => 120 << (config & 3),
    };
}
