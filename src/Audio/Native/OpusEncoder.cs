namespace Sylk.Conference.Audio.Native;

/// <summary>A mono 48 kHz Opus encoder tuned for voice (RFC 6716).</summary>
internal sealed unsafe class OpusEncoder : IDisposable
{
    /// <summary>The largest packet of one frame (RFC 6716 section 3.4).</summary>
    public const int MaxPacket = 1_275;

    private nint _handle;
    private int _complexity = -1, _loss = -1;

    /// <exception cref="InvalidOperationException">libopus has no memory.</exception>
    public OpusEncoder(int bitrateBps, bool fec, bool dtx)
    {
        _handle = LibOpus.EncoderCreate(VoiceClock.Rate, 1, LibOpus.ApplicationVoip, out var error);
        if (_handle == 0) throw new InvalidOperationException($"libopus says {error}.");
        Set(LibOpus.SetBitrate, Math.Clamp(bitrateBps, 6_000, 510_000));
        Set(LibOpus.SetSignal, LibOpus.SignalVoice);
        Set(LibOpus.SetInbandFec, fec ? 1 : 0);
        Set(LibOpus.SetDtx, dtx ? 1 : 0);
    }

    ~OpusEncoder() => Free();

    /// <summary>Keeps what the source cannot have out of the packets: 4 or 8 kHz of sound instead of 20.</summary>
    public void LimitBandwidth(int sampleRate) => Set(LibOpus.SetMaxBandwidth, sampleRate switch
    {
        8_000 => LibOpus.BandwidthNarrow,
        16_000 => LibOpus.BandwidthWide,
        _ => LibOpus.BandwidthFull,
    });

    /// <summary>0 (cheap) to 10 (best).</summary>
    public void SetComplexity(int complexity)
    {
        if (complexity == _complexity) return;
        _complexity = complexity;
        Set(LibOpus.SetComplexity, Math.Clamp(complexity, 0, 10));
    }

    public void SetExpectedLoss(int percent)
    {
        if (percent == _loss) return;
        _loss = percent;
        Set(LibOpus.SetPacketLoss, Math.Clamp(percent, 0, 100));
    }

    /// <summary>Switches in-band FEC without changing anything else.</summary>
    public void SetFec(bool on) => Set(LibOpus.SetInbandFec, on ? 1 : 0);

    public void Reset() => Set(LibOpus.ResetState, 0);

    /// <param name="pcm">20, 40 or 60 ms.</param>
    /// <returns>Bytes written; 2 or fewer need not be sent (DTX); 0 when libopus refused.</returns>
    public int Encode(ReadOnlySpan<float> pcm, Span<byte> packet)
    {
        fixed (float* samples = pcm)
        fixed (byte* bytes = packet)
            return Math.Max(0, LibOpus.EncodeFloat(_handle, samples, pcm.Length, bytes, packet.Length));
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Set(int request, int value) => _ = LibOpus.EncoderControl(_handle, request, value);

    private void Free()
    {
        if (_handle != 0) LibOpus.EncoderDestroy(_handle);
        _handle = 0;
    }
}
