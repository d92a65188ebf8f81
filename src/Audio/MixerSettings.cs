namespace Sylk.Conference.Audio;

/// <summary>How a room's phones are mixed.</summary>
public sealed record MixerSettings
{
    /// <summary>Voices heard at once when more than this and one are there (MIX-2): 1 to 16.</summary>
    public int Speakers { get; init; } = 4;

    /// <summary>Level of the noise under everything, so that a quiet line does not seem dead; 0 is none (dBov).</summary>
    public int ComfortNoiseDb { get; init; } = -65;

    /// <summary>Opus encoder effort, 0 to 10. <see cref="RoomMixer.Complexity"/> changes it later.</summary>
    public int Complexity { get; init; } = 5;

    /// <summary>Legs are brought to −18 dBov. Browsers did that themselves.</summary>
    public bool AutomaticGain { get; init; } = true;

    /// <summary>Below this nobody is speaking (dBov).</summary>
    public double GateDb { get; init; } = -60;

    /// <summary>Music on hold relative to its file (dB).</summary>
    public double MusicDb { get; init; } = -20;

    /// <summary>What prompts leave of everything else (dB).</summary>
    public double DuckDb { get; init; } = -12;

    /// <summary>Opus bit rate of legs' voices towards browsers when they must be encoded (bit/s); G.711 gets two thirds.</summary>
    public int TrackBitrateBps { get; init; } = 24_000;

    /// <summary>Opus bit rate of many legs' voices as one track (bit/s).</summary>
    public int CallersBitrateBps { get; init; } = 32_000;

    /// <summary>Seeds the comfort noise.</summary>
    public uint NoiseSeed { get; init; } = 1;
}
