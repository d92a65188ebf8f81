namespace Sylk.Conference.Audio.Codecs;

/// <summary>ITU-T G.722 at 64 kbit/s (mode 1): one byte in, two samples at 16 kHz out.</summary>
internal sealed class G722Decoder
{
    private const int History = 22, Block = 320;

    private readonly int[] _line = new int[History + Block];
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
        for (var at = 0; at < packet.Length; at += Block / 2)
            DecodeBlock(packet.Slice(at, Math.Min(Block / 2, packet.Length - at)), pcm[(at * 2)..]);
        return packet.Length * 2;
    }

    private void DecodeBlock(ReadOnlySpan<byte> packet, Span<float> pcm)
    {
        for (var i = 0; i < packet.Length; i++)
        {
            DecodeByte(packet[i], out var low, out var high);
            (_line[History + 2 * i], _line[History + 2 * i + 1]) = (low + high, low - high);
        }

        for (var i = 0; i < packet.Length; i++)
        {
            G722Qmf.Filter(_line.AsSpan(2 * i, G722Qmf.Taps), out var odd, out var even);
            pcm[2 * i] = Math.Clamp(even >> 11, short.MinValue, short.MaxValue) / 32_768f;
            pcm[2 * i + 1] = Math.Clamp(odd >> 11, short.MinValue, short.MaxValue) / 32_768f;
        }

        Array.Copy(_line, 2 * packet.Length, _line, 0, History);
    }

    private void DecodeByte(byte code, out int low, out int high)
    {
        var lowCode = code & 0x3F;
        low = Math.Clamp(_low.Prediction + (_low.Step * G722Tables.Low6[lowCode] >> 15), -16_384, 16_383);
        var short4 = lowCode >> 2;
        var difference = _low.Step * G722Tables.Low4[short4] >> 15;
        _low.AdaptStep(G722Tables.LowScale[short4]);
        _low.AdaptPredictor(difference);

        var highCode = code >> 6;
        difference = _high.Step * G722Tables.High2[highCode] >> 15;
        high = Math.Clamp(_high.Prediction + difference, -16_384, 16_383);
        _high.AdaptStep(G722Tables.HighScale[highCode]);
        _high.AdaptPredictor(difference);
    }
}
