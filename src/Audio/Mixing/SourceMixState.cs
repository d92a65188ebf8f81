namespace Sylk.Conference.Audio.Mixing;

/// <summary>A source's place among the speakers (MIX-2).</summary>
internal sealed class SourceMixState
{
    /// <summary>Frames below the gate.</summary>
    public int QuietFrames { get; private set; } = int.MaxValue / 2;

    /// <summary>Smoothed power, α = 0.5 for each 20 ms.</summary>
    public float Energy { get; private set; }

    /// <summary>Frames in a row it was 6 dB above the weakest speaker.</summary>
    public int ChallengeFrames { get; set; }

    /// <summary>One of the room's speakers.</summary>
    public bool IsChosen { get; set; }

    /// <summary>Gain at the end of the last frame: 0 or 1.</summary>
    public float Gain { get; set; }

    /// <summary>It is in the sum of this tick.</summary>
    public bool Contributes { get; set; }

    public void Observe(float power, bool isLoud)
    {
        Energy = (Energy + power) * 0.5f;
        QuietFrames = isLoud ? 0 : QuietFrames + (QuietFrames < 1_000_000 ? 1 : 0);
    }
}
