namespace Sylk.Conference.Audio.Detection;

/// <summary>
/// Keypad tones in the sound itself (ITU-T Q.23): one row's and one column's frequency, nearly alone and nearly as loud as each other.
/// Clear tones may be 1.5 % off. Looks at 20 ms each 10 ms; two in a row make a key, so that tones of 40 ms are found (ITU-T Q.24), and two without end it.
/// </summary>
internal sealed class KeyToneDetector
{
    private const string Keys = "123A456B789C*0#D";
    private const int Half = VoiceClock.Frame / 2, Needed = 2;

    /// <summary>The least of either frequency, −40 dBov, as a mean square.</summary>
    private const double Quietest = 1e-4;

    /// <summary>Of the whole sound, in both frequencies: speech has its power in more of them.</summary>
    private const double LeastShare = 0.8;

    /// <summary>8 dB between the two.</summary>
    private const double MostTwist = 6.3;

    /// <summary>6 dB above the next of its group.</summary>
    private const double LeastLead = 4;

    private const double Off = 0.012;

    private static readonly double[] Rows = [697, 770, 852, 941], Columns = [1_209, 1_336, 1_477, 1_633];

    private readonly float[] _block = new float[VoiceClock.Frame], _held = new float[VoiceClock.Frame];
    private int _candidate = -1, _key = -1, _seen, _missed;

    /// <summary>The last frame had a key's tone in it, or ended one: nobody is to hear it (FOC-4).</summary>
    public bool IsTone { get; private set; }

    /// <summary>Looks at 20 ms and gives the 20 ms before: with silence in the place of tones, their beginnings included.</summary>
    /// <inheritdoc cref="Take"/>
    public bool Filter(Span<float> frame, out char key)
    {
        var isFound = Take(frame, out key);
        if (IsTone)
        {
            Array.Clear(_held);
            frame.Clear();
        }

        for (var i = 0; i < frame.Length; i++) (frame[i], _held[i]) = (_held[i], frame[i]);
        return isFound;
    }

    /// <summary>20 ms more.</summary>
    /// <param name="frame">48 kHz.</param>
    /// <param name="key">The key that was found.</param>
    /// <returns>Once for each key, however long it is held.</returns>
    public bool Take(ReadOnlySpan<float> frame, out char key)
    {
        var before = IsTone && (_key >= 0 || _seen > 0);
        var (found, isTone) = (-1, false);
        for (var at = 0; at < VoiceClock.Frame; at += Half)
        {
            _block.AsSpan(Half).CopyTo(_block);
            frame.Slice(at, Half).CopyTo(_block.AsSpan(Half));
            var heard = Look();
            isTone |= heard >= 0;
            found = Follow(heard) is var now and >= 0 ? now : found;
        }

        IsTone = isTone || before;
        key = found >= 0 ? Keys[found] : default;
        return found >= 0;
    }

    public void Reset()
    {
        Array.Clear(_block);
        Array.Clear(_held);
        (_candidate, _key, _seen, _missed, IsTone) = (-1, -1, 0, 0, false);
    }

    /// <returns>A key that has just become certain; else −1.</returns>
    private int Follow(int heard)
    {
        _seen = heard < 0 ? 0 : heard == _candidate ? _seen + 1 : 1;
        _candidate = heard;
        _missed = heard >= 0 && heard == _key ? 0 : _missed + 1;
        if (_missed >= Needed) _key = -1;
        if (_seen < Needed || heard == _key) return -1;
        (_key, _missed) = (heard, 0);
        return heard;
    }

    /// <returns>Which key the 20 ms sound like; −1 for none.</returns>
    private int Look()
    {
        var power = Levels.Block.Power(_block);
        if (power < 2 * Quietest) return -1;
        var (row, low) = Strongest(Rows);
        if (row < 0 || low < Quietest) return -1;
        var (column, high) = Strongest(Columns);
        var isKey = column >= 0 && high >= Quietest && high < low * MostTwist && low < high * MostTwist && low + high >= power * LeastShare;
        return isKey ? 4 * row + column : -1;
    }

    /// <summary>All of a tone that is a little off.</summary>
    private double Around(double frequency, double power) => Math.Max(power, Math.Max(
        ToneDetector.Power(_block, frequency * (1 - Off), VoiceClock.Rate), ToneDetector.Power(_block, frequency * (1 + Off), VoiceClock.Rate)));

    private (int Index, double Power) Strongest(double[] frequencies)
    {
        var (index, best, next) = (-1, 0.0, 0.0);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var power = ToneDetector.Power(_block, frequencies[i], VoiceClock.Rate);
            if (power > best) (index, best, next) = (i, power, best);
            else next = Math.Max(next, power);
        }

        return best > next * LeastLead ? (index, Around(frequencies[index], best)) : (-1, 0);
    }
}
