namespace Sylk.Conference.Audio.Native;

/// <summary>A 48 kHz Opus decoder that gives mono whatever was sent (RFC 6716).</summary>
internal sealed unsafe class OpusDecoder : IDisposable
{
    private nint _handle;

    /// <exception cref="InvalidOperationException">libopus has no memory.</exception>
    public OpusDecoder()
    {
        _handle = LibOpus.DecoderCreate(VoiceClock.Rate, 1, out var error);
        if (_handle == 0) throw new InvalidOperationException($"libopus says {error}.");
    }

    ~OpusDecoder() => Free();

    public void Reset() => _ = LibOpus.DecoderControl(_handle, LibOpus.ResetState, 0);

    /// <param name="packet">Empty: conceal <paramref name="pcm"/>'s length (a multiple of 120 samples).</param>
    /// <param name="fec">True: decode the copy of the frame before, which must be as long as <paramref name="pcm"/>.</param>
    /// <returns>Samples; 0 when the packet is no Opus.</returns>
    public int Decode(ReadOnlySpan<byte> packet, Span<float> pcm, bool fec)
    {
        fixed (float* samples = pcm)
        fixed (byte* bytes = packet)
            return Math.Max(0, LibOpus.DecodeFloat(_handle, packet.IsEmpty ? null : bytes, packet.Length, samples, pcm.Length, fec ? 1 : 0));
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_handle != 0) LibOpus.DecoderDestroy(_handle);
        _handle = 0;
    }
}
