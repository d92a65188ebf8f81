namespace Sylk.Conference.Audio.Codecs;

/// <summary>RTP payloads of one codec in, samples at the codec's own rate out. Never throws on a payload.</summary>
internal abstract class VoiceDecoder : IDisposable
{
    /// <summary>The longest payload taken: 120 ms.</summary>
    public const int LongestMs = 120;

    public abstract int SampleRate { get; }

    /// <summary>For so long concealment goes on at full strength before it fades to nothing within 20 ms (JB-5).</summary>
    public abstract int ConcealMs { get; }

    public static VoiceDecoder Create(VoiceCodec codec) => codec == VoiceCodec.Opus ? new OpusVoiceDecoder() : new WaveformDecoder(codec);

    /// <summary>RTP clock ticks a payload lasts; 0 when it cannot be decoded.</summary>
    public abstract int Duration(ReadOnlySpan<byte> payload);

    /// <param name="pcm">Room for 120 ms.</param>
    /// <returns>Samples written; 0 when the payload cannot be decoded.</returns>
    public abstract int Decode(ReadOnlySpan<byte> payload, Span<float> pcm);

    /// <summary>Fills a gap from what was before.</summary>
    public abstract void Conceal(Span<float> pcm);

    /// <summary>Decodes what was lost from the packet after it, where that carries it.</summary>
    public virtual bool TryRecover(ReadOnlySpan<byte> next, Span<float> pcm) => false;

    public abstract void Reset();

    public abstract void Dispose();
}
