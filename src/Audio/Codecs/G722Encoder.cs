namespace Sylk.Conference.Audio.Codecs;

/// <summary>ITU-T G.722 at 64 kbit/s: 16 kHz in, one byte for two samples out.</summary>
internal sealed class G722Encoder
{
    private const int History = 22, Block = 320;

    private readonly int[] _line = new int[History + Block];
    private G722Band _low = new(true), _high = new(false);

    public void Reset()
    {
        Array.Clear(_line);
        (_low, _high) = (new G722Band(true), new G722Band(false));
    }

    /// <param name="pcm">An even number of samples at 16 kHz.</param>
    /// <returns>Bytes written: half the samples.</returns>
    public int Encode(ReadOnlySpan<float> pcm, Span<byte> packet)
    {
        for (var at = 0; at < pcm.Length; at += Block)
            EncodeBlock(pcm.Slice(at, Math.Min(Block, pcm.Length - at)), packet[(at / 2)..]);
        return pcm.Length / 2;
    }

    private void EncodeBlock(ReadOnlySpan<float> pcm, Span<byte> packet)
    {
        for (var i = 0; i < pcm.Length; i++) _line[History + i] = Sample16.From(pcm[i]);
        for (var i = 0; i < pcm.Length; i += 2)
        {
            G722Qmf.Filter(_line.AsSpan(i, G722Qmf.Taps), out var odd, out var even);
            packet[i / 2] = EncodePair(even + odd >> 14, even - odd >> 14);
        }

        Array.Copy(_line, pcm.Length, _line, 0, History);
    }

    private byte EncodePair(int low, int high)
    {
        var lowCode = QuantiseLow(Math.Clamp(low - _low.Prediction, short.MinValue, short.MaxValue));
        var short4 = lowCode >> 2;
        var difference = _low.Step * G722Tables.Low4[short4] >> 15;
        _low.AdaptStep(G722Tables.LowScale[short4]);
        _low.AdaptPredictor(difference);

        var error = Math.Clamp(high - _high.Prediction, short.MinValue, short.MaxValue);
        var decision = 564 * _high.Step >> 12;
        var magnitude = error >= 0 ? error : -(error + 1);
        var highCode = magnitude >= decision ? (error < 0 ? 0 : 2) : (error < 0 ? 1 : 3);
        difference = _high.Step * G722Tables.High2[highCode] >> 15;
        _high.AdaptStep(G722Tables.HighScale[highCode]);
        _high.AdaptPredictor(difference);
        return (byte)(highCode << 6 | lowCode);
    }

    /// <summary>QUANTL: the interval the difference lies in, as a code word.</summary>
    private int QuantiseLow(int error)
    {
        var magnitude = error >= 0 ? error : -(error + 1);
        var decisions = G722Tables.LowDecisions;
        var interval = 1;
        while (interval < 30 && magnitude >= decisions[interval] * _low.Step >> 12) interval++;
        return error < 0 ? G722Tables.LowNegative[interval] : G722Tables.LowPositive[interval];
    }
}
