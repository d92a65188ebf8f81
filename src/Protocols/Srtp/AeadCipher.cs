using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>The ways we have to compute AES-GCM, slowest first.</summary>
internal enum AeadKernel : byte
{
    /// <summary>The framework's cipher: works everywhere, costs over a microsecond a call.</summary>
    Portable,

    /// <summary>AES instructions and 128-bit carry-less multiplication.</summary>
    Narrow,

    /// <summary>AES instructions and 256-bit carry-less multiplication.</summary>
    Wide,
}

/// <summary>AES-GCM with a 12-byte IV and a 16-byte tag behind the text, in place.</summary>
internal sealed class AeadCipher : IDisposable
{
    public const int TagLength = 16;

    /// <summary>The best that this processor can do.</summary>
    public static readonly AeadKernel Fastest = AesGcmIntrinsics.BestKernel;

    private readonly AesGcmIntrinsics? _intrinsics;
    private readonly AesGcm? _portable;

    /// <param name="key">16 or 32 bytes.</param>
    public AeadCipher(ReadOnlySpan<byte> key)
        : this(key, Fastest)
    {
    }

    internal AeadCipher(ReadOnlySpan<byte> key, AeadKernel kernel)
    {
        if (kernel == AeadKernel.Portable)
        {
            _portable = new AesGcm(key, TagLength);
        }
        else
        {
            _intrinsics = new AesGcmIntrinsics(key, kernel == AeadKernel.Wide);
        }
    }

    /// <summary>Null for <see cref="AeadKernel.Portable"/>.</summary>
    public AesGcmIntrinsics? Intrinsics => _intrinsics;

    /// <param name="iv">Never used twice under one key.</param>
    /// <param name="associated">Authenticated, not encrypted.</param>
    /// <param name="textAndTag">The plain text and room for the tag; encrypted in place.</param>
    public void Seal(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        if (_intrinsics is not null)
        {
            _intrinsics.Seal(iv, associated, textAndTag);
        }
        else
        {
            SealPortable(iv, associated, textAndTag);
        }
    }

    /// <summary>Decrypts in place. On false, and behind the text on true, the buffer holds nothing to be used.</summary>
    public bool Open(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag) =>
        _intrinsics?.Open(iv, associated, textAndTag) ?? OpenPortable(iv, associated, textAndTag);

    public void Dispose()
    {
        _intrinsics?.Dispose();
        _portable?.Dispose();
    }

    private void SealPortable(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        Span<byte> ivBytes = stackalloc byte[GcmIv.Length];
        iv.Write(ivBytes);
        var text = textAndTag[..^TagLength];
        _portable!.Encrypt(ivBytes, text, text, textAndTag[^TagLength..], associated);
    }

    // The framework reports a forgery by an exception, so a flood of them costs more here than with the instructions.
    private bool OpenPortable(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        Span<byte> ivBytes = stackalloc byte[GcmIv.Length];
        iv.Write(ivBytes);
        var text = textAndTag[..^TagLength];
        try
        {
            _portable!.Decrypt(ivBytes, text, textAndTag[^TagLength..], text, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
