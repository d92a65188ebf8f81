using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Passcodes and PINs as they are kept: salted PBKDF2. Hashing takes tens of milliseconds on purpose, so it is done by doors, never
/// by a room.
/// </summary>
public static class Passcodes
{
    public const int MaxLength = 64;

    private const string Scheme = "pbkdf2-sha256";
    private const int Rounds = 100_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>1 to 64 characters, none of them a control character.</summary>
    public static bool IsPasscode(string? text) => text is { Length: > 0 and <= MaxLength } && !text.Any(char.IsControl);

    /// <returns><c>scheme$rounds$salt$hash</c></returns>
    public static string Hash(string passcode)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Rfc2898DeriveBytes.Pbkdf2(passcode, salt, Rounds, HashAlgorithmName.SHA256, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Compared in constant time; false as well for what is no stored hash.</summary>
    public static bool Verify(string stored, string passcode)
    {
        var parts = stored.Split('$');
        if (parts is not [Scheme, var rounds, var salt, var hash] || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > 10 * Rounds)
            return false;
        var expected = Convert.FromBase64String(hash);
        var shown = Rfc2898DeriveBytes.Pbkdf2(passcode, Convert.FromBase64String(salt), count, HashAlgorithmName.SHA256, expected.Length);
        return CryptographicOperations.FixedTimeEquals(expected, shown);
    }
}

/// <summary>May a passcode be tried now?</summary>
/// <param name="Hash">What it is compared with; empty when this room asks for none.</param>
/// <param name="Unchecked">Too many were wrong: it is not looked at, and a moderator decides (limit L18).</param>
[GenerateSerializer, Immutable, Alias("sylk.PasscodeChance")]
public sealed record PasscodeChance([property: Id(0)] Refusal? Refusal, [property: Id(1)] string Hash, [property: Id(2)] bool Unchecked);

/// <summary>What a door found out about a passcode.</summary>
/// <param name="Hash">What it was compared with: another passcode by now makes it worthless.</param>
[GenerateSerializer, Immutable, Alias("sylk.PasscodeProof")]
public sealed record PasscodeProof([property: Id(0)] bool Right, [property: Id(1)] bool Unchecked, [property: Id(2)] string Hash);

/// <summary>May a PIN be tried now, and against what (product §13)?</summary>
/// <param name="Candidates">What is right; empty when this room asks phones for none.</param>
/// <param name="Unchecked">As in <see cref="PasscodeChance"/>.</param>
[GenerateSerializer, Immutable, Alias("sylk.PinChance")]
public sealed record PinChance(
    [property: Id(0)] Refusal? Refusal, [property: Id(1)] ImmutableArray<PinCandidate> Candidates, [property: Id(2)] bool Unchecked);

/// <param name="Invite">The invitation it belongs to; null for the room's own.</param>
[GenerateSerializer, Immutable, Alias("sylk.PinCandidate")]
public sealed record PinCandidate([property: Id(0)] string Hash, [property: Id(1)] string? Invite);

/// <summary>What a door found out about a PIN.</summary>
/// <param name="Hash">The candidate it matches; empty when it matches none. Another PIN by now makes it worthless.</param>
/// <param name="Unchecked">It was not looked at: a moderator decides (limit L18).</param>
[GenerateSerializer, Immutable, Alias("sylk.PinProof")]
public sealed record PinProof([property: Id(0)] string Hash, [property: Id(1)] bool Unchecked);
