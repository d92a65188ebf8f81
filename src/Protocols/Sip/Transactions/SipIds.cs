using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Branches, tags and Call-IDs that cannot be guessed: HMAC-SHA256 over a counter, keyed by what the owner drew. The same key
/// gives the same sequence, which is what tests want and a server must not do: draw a new one at each start.
/// </summary>
/// <param name="key">At least 16 random bytes.</param>
public sealed class SipIds(byte[] key)
{
    private ulong _counter;

    /// <summary>The magic cookie and 128 bits (RFC 3261 section 8.1.1.7).</summary>
    public string Branch() => SipVia.MagicCookie + Hex(16);

    /// <summary>64 bits; section 19.3 asks for 32.</summary>
    public string Tag() => Hex(8);

    /// <summary>128 bits, without a host that would tell where it was made.</summary>
    public string CallId() => Hex(16);

    /// <summary>A number from 0 to <paramref name="below"/> − 1.</summary>
    public uint Number(uint below) => (uint)(BinaryPrimitives.ReadUInt64BigEndian(Next()) % below);

    /// <summary>The tag of answers given without state: copies of the request get the same one (rule SIP-TX-5).</summary>
    public string StatelessTag(SipMessage request)
    {
        var text = $"{request.CallId}\0{request.FromTag}\0{request.CSeq?.Number}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>A MAC of the owner's text with the owner's key, for nonces and the like.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> text) => HMACSHA256.HashData(key, text);

    internal byte[] Next()
    {
        Span<byte> input = stackalloc byte[16];
        "identify"u8.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[8..], ++_counter);
        return HMACSHA256.HashData(key, input);
    }

    private string Hex(int bytes) => Convert.ToHexStringLower(Next().AsSpan(0, bytes));
}
