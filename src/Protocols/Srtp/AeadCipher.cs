using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>AES-GCM with a 12-byte IV and a 16-byte tag behind the text, in place.</summary>
internal sealed class AeadCipher : IDisposable
{
    public const int TagLength = 16;

    private readonly AesGcm _portable;

    public AeadCipher(ReadOnlySpan<byte> key) => _portable = new AesGcm(key, TagLength);

    /// <param name="iv">12 bytes, never used twice under one key.</param>
    /// <param name="associated">Authenticated, not encrypted.</param>
    /// <param name="textAndTag">The plain text and room for the tag; encrypted in place.</param>
    public void Seal(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        var text = textAndTag[..^TagLength];
        _portable.Encrypt(iv, text, text, textAndTag[^TagLength..], associated);
    }

    /// <summary>Decrypts in place. On false, and behind the text on true, the buffer holds nothing to be used.</summary>
    public bool Open(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        var text = textAndTag[..^TagLength];
        try
        {
            _portable.Decrypt(iv, text, textAndTag[^TagLength..], text, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _portable.Dispose();
}
