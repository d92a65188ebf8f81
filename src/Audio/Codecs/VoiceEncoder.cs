using Sylk.Conference.Audio.Native;

namespace Sylk.Conference.Audio.Codecs;

/// <summary>Samples at the codec's own rate in, RTP payloads out.</summary>
internal abstract class VoiceEncoder : IDisposable
{
    /// <summary>Frames that have to be encoded and thrown away before a decoder elsewhere can take over (ENC-2).</summary>
    public abstract int PrimeFrames { get; }

    public static VoiceEncoder Create(VoiceFormat format) => format.Codec switch
    {
        VoiceCodec.Opus => new OpusVoiceEncoder(format),
        VoiceCodec.G722 => new G722VoiceEncoder(),
        _ => new G711VoiceEncoder(format.Codec == VoiceCodec.Pcma),
    };

    /// <returns>Bytes; 0: nothing is to be sent.</returns>
    public abstract int Encode(ReadOnlySpan<float> pcm, Span<byte> payload);

    public virtual void SetComplexity(int complexity)
    {
    }

    public abstract void Reset();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    private sealed class OpusVoiceEncoder : VoiceEncoder
    {
        private readonly OpusEncoder _encoder;
        private readonly bool _dtx;

        public OpusVoiceEncoder(VoiceFormat format)
        {
            _encoder = new OpusEncoder(format.BitrateBps, format.Fec, format.Dtx);
            _encoder.SetExpectedLoss(format.ExpectedLossPercent);
            _dtx = format.Dtx;
        }

        public override int PrimeFrames => 2;

        public override int Encode(ReadOnlySpan<float> pcm, Span<byte> payload)
        {
            var bytes = _encoder.Encode(pcm, payload);
            return bytes <= 2 && _dtx ? 0 : bytes;
        }

        public override void SetComplexity(int complexity) => _encoder.SetComplexity(complexity);

        public override void Reset() => _encoder.Reset();

        public override void Dispose()
        {
            _encoder.Dispose();
            base.Dispose();
        }
    }

    private sealed class G722VoiceEncoder : VoiceEncoder
    {
        private readonly G722Encoder _encoder = new();

        public override int PrimeFrames => 5;

        public override int Encode(ReadOnlySpan<float> pcm, Span<byte> payload) => _encoder.Encode(pcm, payload);

        public override void Reset() => _encoder.Reset();
    }

    private sealed class G711VoiceEncoder(bool isALaw) : VoiceEncoder
    {
        public override int PrimeFrames => 1;

        public override int Encode(ReadOnlySpan<float> pcm, Span<byte> payload)
        {
            G711.Encode(isALaw, pcm, payload);
            return pcm.Length;
        }

        public override void Reset()
        {
        }
    }
}
