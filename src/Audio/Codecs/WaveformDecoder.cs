namespace Sylk.Conference.Audio.Codecs;

/// <summary>G.711 and G.722: eight bytes a millisecond; gaps are filled by repeating the pitch.</summary>
internal sealed class WaveformDecoder : VoiceDecoder
{
    private readonly VoiceCodec _codec;
    private readonly G722Decoder? _wide;
    private readonly PitchConcealer _concealer;

    public WaveformDecoder(VoiceCodec codec)
    {
        _codec = codec;
        _wide = codec == VoiceCodec.G722 ? new G722Decoder() : null;
        SampleRate = VoiceClock.SampleRate(codec);
        _concealer = new PitchConcealer(SampleRate);
    }

    public override int SampleRate { get; }

    public override int ConcealMs => 60;

    public override int Duration(ReadOnlySpan<byte> payload) => Math.Min(payload.Length, LongestMs * 8);

    public override int Decode(ReadOnlySpan<byte> payload, Span<float> pcm)
    {
        payload = payload[..Duration(payload)];
        if (payload.IsEmpty) return 0;
        var made = _wide is null ? Narrow(payload, pcm) : _wide.Decode(payload, pcm);
        _concealer.OnDecoded(pcm[..made]);
        return made;
    }

    public override void Conceal(Span<float> pcm) => _concealer.Conceal(pcm);

    public override void Reset()
    {
        _wide?.Reset();
        _concealer.Reset();
    }

    public override void Dispose()
    {
    }

    private int Narrow(ReadOnlySpan<byte> payload, Span<float> pcm)
    {
        G711.Decode(_codec == VoiceCodec.Pcma, payload, pcm);
        return payload.Length;
    }
}
