namespace Sylk.Conference.Audio.Codecs;

/// <summary>ITU-T G.722 at 64 kbit/s (mode 1): one byte in, two samples at 16 kHz out.</summary>
internal sealed class G722Decoder
{
    private readonly int[] _line = new int[24];
    private G722Band _low = new(true), _high = new(false);

    public void Reset()
    {
        Array.Clear(_line);
        (_low, _high) = (new G722Band(true), new G722Band(false));
    }

    /// <param name="pcm">At least two samples for each byte.</param>
    /// <returns>Samples written.</returns>
    public int Decode(ReadOnlySpan<byte> packet, Span<float> pcm)
    {
        for (var i = 0; i < packet.Length; i++) DecodeByte(packet[i], out pcm[2 * i], out pcm[2 * i + 1]);
        return packet.Length * 2;
    }

    private void DecodeByte(byte code, out float first, out float second)
    {
        var lowCode = code & 0x3F;
        var low = Math.Clamp(_low.Prediction + (_low.Step * G722Tables.Low6[lowCode] >> 15), -16_384, 16_383);
        var short4 = lowCode >> 2;
        var difference = _low.Step * G722Tables.Low4[short4] >> 15;
        _low.AdaptStep(G722Tables.LowScale[short4]);
        _low.AdaptPredictor(difference);

        var highCode = code >> 6;
        difference = _high.Step * G722Tables.High2[highCode] >> 15;
        var high = Math.Clamp(_high.Prediction + difference, -16_384, 16_383);
        _high.AdaptStep(G722Tables.HighScale[highCode]);
        _high.AdaptPredictor(difference);
        Join(low, high, out first, out second);
    }

    /// <summary>The receive QMF.</summary>
    private void Join(int low, int high, out float first, out float second)
    {
        Array.Copy(_line, 2, _line, 0, 22);
        (_line[22], _line[23]) = (low + high, low - high);
        int even = 0, odd = 0;
        var taps = G722Tables.Qmf;
        for (var i = 0; i < 12; i++)
        {
            even += _line[2 * i] * taps[i];
            odd += _line[2 * i + 1] * taps[11 - i];
        }

        first = Math.Clamp(odd >> 11, short.MinValue, short.MaxValue) / 32_768f;
        second = Math.Clamp(even >> 11, short.MinValue, short.MaxValue) / 32_768f;
    }
}
