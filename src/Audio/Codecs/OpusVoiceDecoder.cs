using Sylk.Conference.Audio.Native;

namespace Sylk.Conference.Audio.Codecs;

internal sealed class OpusVoiceDecoder : VoiceDecoder
{
    private readonly OpusDecoder _decoder = new();

    public override int SampleRate => 48_000;

    public override int ConcealMs => 100;

    public override int Duration(ReadOnlySpan<byte> payload) => OpusPacket.Samples(payload);

    public override int Decode(ReadOnlySpan<byte> payload, Span<float> pcm) =>
        OpusPacket.Samples(payload) == 0 ? 0 : _decoder.Decode(payload, pcm, fec: false);

    public override void Conceal(Span<float> pcm)
    {
        // libopus conceals whole 2.5 ms, 120 ms at most.
        for (var at = 0; at < pcm.Length;)
        {
            var size = Math.Min(pcm.Length - at, 960) / 120 * 120;
            if (size == 0 || _decoder.Decode(default, pcm.Slice(at, size), fec: false) != size)
            {
                pcm[at..].Clear();
                return;
            }

            at += size;
        }
    }

    public override bool TryRecover(ReadOnlySpan<byte> next, Span<float> pcm) =>
        OpusPacket.CarriesFec(next) && pcm.Length % 480 == 0 && _decoder.Decode(next, pcm, fec: true) == pcm.Length;

    public override void Reset() => _decoder.Reset();

    public override void Dispose() => _decoder.Dispose();
}
