using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>Prefixed identifiers whose ordinal order is the order of their creation (product §2).</summary>
public static class Ids
{
    public const string Room = "rm_";
    public const string Session = "ses_";
    public const string Participant = "pt_";
    public const string Track = "tr_";
    public const string Node = "nd_";
    public const string File = "fl_";
    public const string Message = "msg_";
    public const string Invite = "inv_";
    public const string Event = "evt_";
    public const string Call = "cl_";

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TimeLength = 10;
    private const int RandomLength = 16;

    /// <summary>48 bits of milliseconds, then 80 random bits, in Crockford's base 32.</summary>
    public static string New(string prefix, DateTimeOffset now)
    {
        Span<char> text = stackalloc char[TimeLength + RandomLength];
        var time = now.ToUnixTimeMilliseconds();
        for (var i = TimeLength - 1; i >= 0; i--, time >>= 5)
            text[i] = Alphabet[(int)(time & 31)];
        Span<byte> random = stackalloc byte[RandomLength];
        RandomNumberGenerator.Fill(random);
        Spell(random, text[TimeLength..]);
        return string.Concat(prefix, text);
    }

    /// <summary><c>inv_</c>, 48 bits of milliseconds and 130 random bits: knowing it is a right (reliability TW-11).</summary>
    public static string NewInvite(DateTimeOffset now) => New(Invite, now) + Letters(10);

    /// <summary>The same participant, section and source always give the same track id, so a repeated offer names the same track.</summary>
    public static string TrackOf(string participantId, string mid, string source)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{participantId}\n{mid}\n{source}"), hash);
        Span<char> text = stackalloc char[RandomLength];
        Spell(hash[..RandomLength], text);
        var time = participantId.AsSpan(Participant.Length, Math.Min(TimeLength, participantId.Length - Participant.Length));
        return string.Concat(Track, time, text);
    }

    /// <summary>128 secret random bits as text: resume keys and resource names that must not be guessed.</summary>
    public static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>True for what <see cref="Secret"/> may have made: anything else need not be looked for.</summary>
    public static bool IsSecret([NotNullWhen(true)] string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>What is stored of a secret, so that a state dump gives nobody a key.</summary>
    public static string Fingerprint(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Letters(int count)
    {
        Span<byte> random = stackalloc byte[count];
        RandomNumberGenerator.Fill(random);
        Span<char> text = stackalloc char[count];
        Spell(random, text);
        return text.ToString();
    }

    private static void Spell(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[bytes[i] & 31];
    }
}
