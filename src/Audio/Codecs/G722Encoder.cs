namespace Sylk.Conference.Audio.Codecs;

/// <summary>ITU-T G.722 at 64 kbit/s: 16 kHz in, one byte for two samples out.</summary>
internal sealed class G722Encoder
{
    private readonly int[] _line = new int[24];
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
        var bytes = pcm.Length / 2;
        for (var i = 0; i < bytes; i++) packet[i] = EncodePair(Sample16.From(pcm[2 * i]), Sample16.From(pcm[2 * i + 1]));
        return bytes;
    }

    private byte EncodePair(int first, int second)
    {
        Split(first, second, out var low, out var high);
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

    /// <summary>The transmit QMF: sums of even and odd taps give both bands.</summary>
    private void Split(int first, int second, out int low, out int high)
    {
        Array.Copy(_line, 2, _line, 0, 22);
        (_line[22], _line[23]) = (first, second);
        int even = 0, odd = 0;
        var taps = G722Tables.Qmf;
        for (var i = 0; i < 12; i++)
        {
            odd += _line[2 * i] * taps[i];
            even += _line[2 * i + 1] * taps[11 - i];
        }

        low = even + odd >> 14;
        high = even - odd >> 14;
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
