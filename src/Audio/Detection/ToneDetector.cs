namespace Sylk.Conference.Audio.Detection;

/// <summary>Goertzel's filter: how much of one frequency is in a block of samples.</summary>
internal static class ToneDetector
{
    /// <summary>Mean square of the part of a block that is at a frequency: a sine of amplitude a alone gives a² / 2.</summary>
    /// <param name="frequency">Hz; best where the block holds whole periods.</param>
    public static double Power(ReadOnlySpan<float> block, double frequency, int rate)
    {
        var turn = 2 * Math.Cos(2 * Math.PI * frequency / rate);
        double last = 0, before = 0;
        foreach (var sample in block) (last, before) = (sample + turn * last - before, last);
        var energy = last * last + before * before - turn * last * before;
        return block.IsEmpty ? 0 : 2 * energy / ((double)block.Length * block.Length);
    }

    /// <summary>The same in dBov; −127 is nothing.</summary>
    public static double Decibels(ReadOnlySpan<float> block, double frequency, int rate) =>
        Levels.Block.Decibels((float)Power(block, frequency, rate));
}
