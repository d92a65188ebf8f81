using System.Runtime.InteropServices;

namespace Sylk.Conference.Audio.Native;

/// <summary>Changes the sample rate with libspeexdsp's polyphase filters (quality 5). A stream of blocks in, a stream of blocks out.</summary>
internal sealed unsafe partial class Resampler : IDisposable
{
    private const string Library = AudioLibraries.LibSpeexDspName;
    private const int Quality = 5;

    private nint _handle;

    /// <exception cref="InvalidOperationException">libspeexdsp refused the rates.</exception>
    public Resampler(int from, int to)
    {
        (From, To) = (from, to);
        _handle = Init(1, (uint)from, (uint)to, Quality, out var error);
        if (_handle == 0) throw new InvalidOperationException($"libspeexdsp says {error}.");
    }

    ~Resampler() => Free();

    public int From { get; }

    public int To { get; }

    /// <returns>Samples written: all that the input makes, give or take one.</returns>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        uint taken = (uint)input.Length, made = (uint)output.Length;
        fixed (float* source = input)
        fixed (float* target = output)
            return ProcessFloat(_handle, 0, source, ref taken, target, ref made) == 0 ? (int)made : 0;
    }

    public void Reset() => _ = ResetMemory(_handle);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [LibraryImport(Library, EntryPoint = "speex_resampler_init")]
    private static partial nint Init(uint channels, uint from, uint to, int quality, out int error);

    [LibraryImport(Library, EntryPoint = "speex_resampler_destroy")]
    private static partial void Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "speex_resampler_reset_mem")]
    private static partial int ResetMemory(nint handle);

    [LibraryImport(Library, EntryPoint = "speex_resampler_process_float")]
    private static partial int ProcessFloat(nint handle, uint channel, float* input, ref uint inputLength, float* output, ref uint outputLength);

    private void Free()
    {
        if (_handle != 0) Destroy(_handle);
        _handle = 0;
    }
}
