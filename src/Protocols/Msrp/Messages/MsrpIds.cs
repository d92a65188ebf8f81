using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// Session names, transaction ids and message ids that cannot be guessed: HMAC-SHA256 over a counter, keyed by what the owner drew.
/// The same key gives the same sequence, which is what tests want and a server must not do: draw a new one at each start.
/// </summary>
/// <param name="key">At least 16 random bytes.</param>
public sealed class MsrpIds(byte[] key)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    private long _counter;

    /// <summary>120 bits; RFC 4975 section 14.1 asks for 80 (attack TM-01).</summary>
    public string Session() => Word(20);

    /// <summary>Begins with a letter; 90 bits, where section 7.1 asks for 64.</summary>
    public string Transaction() => "t" + Word(15);

    public string Message() => Word(20);

    private string Word(int length)
    {
        Span<byte> input = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(input, Interlocked.Increment(ref _counter));
        var bytes = HMACSHA256.HashData(key, input);
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            text.Append(Letters[bytes[i] & 63]);
        }

        // A dot or a dash at the ends is legal, but not everybody reads it so.
        text[0] = Letters[bytes[^1] % 62];
        text[length - 1] = Letters[bytes[^2] % 62];
        return text.ToString();
    }
}
