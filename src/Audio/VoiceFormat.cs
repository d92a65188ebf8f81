namespace Sylk.Conference.Audio;

/// <summary>The codecs phones speak.</summary>
public enum VoiceCodec : byte
{
    /// <summary>RFC 7587: RTP clock 48 kHz.</summary>
    Opus,

    /// <summary>ITU-T G.722 at 64 kbit/s: sampled at 16 kHz, RTP clock 8 kHz (RFC 3551 section 4.5.2).</summary>
    G722,

    /// <summary>G.711 mu-law.</summary>
    Pcmu,

    /// <summary>G.711 A-law.</summary>
    Pcma,
}

/// <summary>What a listener's encoder has to produce. Listeners of equal format who hear the same share one encode.</summary>
/// <param name="PacketMs">20, 40 or 60; anything else becomes 20.</param>
/// <param name="BitrateBps">Opus only: 6,000 to 510,000.</param>
/// <param name="Fec">Opus only: in-band forward error correction (RFC 6716 section 2.1.7).</param>
/// <param name="Dtx">Silence is not sent (RFC 7587 section 3.1.3); other codecs than Opus send comfort noise once a second (RFC 3389).</param>
/// <param name="ExpectedLossPercent">Opus only: what FEC prepares for. Coarse (0, 5, 10, 20), so that groups stay few.</param>
public readonly record struct VoiceFormat(VoiceCodec Codec, int PacketMs, int BitrateBps, bool Fec, bool Dtx, int ExpectedLossPercent)
{
    /// <summary>RTP clock ticks per second.</summary>
    public int ClockRate => VoiceClock.RtpRate(Codec);

    internal int FramesPerPacket => PacketMs is 40 or 60 ? PacketMs / 20 : 1;
}

/// <summary>One 20 ms Opus packet of a leg's voice for browsers.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Timestamp48k">RTP timestamp; a gap is silence.</param>
/// <param name="Level">RFC 6464: 0 (loudest) to 127 (silent).</param>
/// <param name="Marker">First packet after silence.</param>
public readonly record struct OpusFrame(int Length, uint Timestamp48k, byte Level, bool Marker);

internal static class VoiceClock
{
    /// <summary>Everything inside is mono float at this rate.</summary>
    public const int Rate = 48_000;

    /// <summary>Samples of one 20 ms tick.</summary>
    public const int Frame = 960;

    public static int RtpRate(VoiceCodec codec) => codec == VoiceCodec.Opus ? 48_000 : 8_000;

    public static int SampleRate(VoiceCodec codec) => codec switch
    {
        VoiceCodec.Opus => 48_000,
        VoiceCodec.G722 => 16_000,
        _ => 8_000,
    };
}
