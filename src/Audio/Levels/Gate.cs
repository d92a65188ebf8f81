namespace Sylk.Conference.Audio.Levels;

/// <summary>Says whether somebody is speaking: above the threshold, and 300 ms after it.</summary>
internal sealed class Gate(double thresholdDb)
{
    private const int HangFrames = 15;

    private int _hang;

    public bool IsOpen { get; private set; }

    public double ThresholdDb => thresholdDb;

    /// <summary>Takes the level of the next 20 ms.</summary>
    public void Advance(double decibels)
    {
        if (decibels > thresholdDb) _hang = HangFrames;
        else if (_hang > 0) _hang--;
        IsOpen = _hang > 0;
    }

    public void Close() => (_hang, IsOpen) = (0, false);
}
