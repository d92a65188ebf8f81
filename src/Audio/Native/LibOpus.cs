using System.Runtime.InteropServices;

namespace Sylk.Conference.Audio.Native;

/// <summary>The entries of libopus that are used. The ctl entries are variadic in C; one integer argument passes alike on Linux.</summary>
internal static unsafe partial class LibOpus
{
    public const int ApplicationVoip = 2048, SignalVoice = 3001, BandwidthNarrow = 1101, BandwidthWide = 1103, BandwidthFull = 1105;
    public const int SetBitrate = 4002, SetMaxBandwidth = 4004, SetComplexity = 4010, SetInbandFec = 4012, SetPacketLoss = 4014;
    public const int SetDtx = 4016, SetSignal = 4024, ResetState = 4028;

    private const string Library = AudioLibraries.LibOpusName;

    [LibraryImport(Library, EntryPoint = "opus_encoder_create")]
    public static partial nint EncoderCreate(int rate, int channels, int application, out int error);

    [LibraryImport(Library, EntryPoint = "opus_encoder_destroy")]
    public static partial void EncoderDestroy(nint encoder);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    public static partial int EncoderControl(nint encoder, int request, int value);

    [LibraryImport(Library, EntryPoint = "opus_encode_float")]
    public static partial int EncodeFloat(nint encoder, float* pcm, int frameSize, byte* data, int maxBytes);

    [LibraryImport(Library, EntryPoint = "opus_decoder_create")]
    public static partial nint DecoderCreate(int rate, int channels, out int error);

    [LibraryImport(Library, EntryPoint = "opus_decoder_destroy")]
    public static partial void DecoderDestroy(nint decoder);

    [LibraryImport(Library, EntryPoint = "opus_decoder_ctl")]
    public static partial int DecoderControl(nint decoder, int request, int value);

    [LibraryImport(Library, EntryPoint = "opus_decode_float")]
    public static partial int DecodeFloat(nint decoder, byte* data, int length, float* pcm, int frameSize, int fec);
}
