using System.Buffers;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Ice;

/// <summary>One side's ICE user name fragment and password (RFC 8839 section 5.4).</summary>
/// <param name="Ufrag">4..256 ice-chars (letters, digits, '+', '/').</param>
/// <param name="Password">22..256 ice-chars.</param>
public sealed record IceCredentials(string Ufrag, string Password)
{
    private const string IceChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static readonly SearchValues<char> Legal = SearchValues.Create(IceChars);
    private const int RandomUfragLength = 8;
    private const int PasswordLength = 24;
    private const int MaxPrefix = 248;

    /// <summary>Fresh credentials from the system's CSPRNG: 48 random bits of ufrag after the prefix, 144 bits of password.</summary>
    /// <param name="prefix">Leading ice-chars of the ufrag (routing of unknown tuples), at most 248.</param>
    public static IceCredentials Create(string prefix = "")
    {
        if (prefix.Length > MaxPrefix || prefix.AsSpan().ContainsAnyExcept(Legal))
        {
            throw new ArgumentException("A ufrag prefix is made of at most 248 ice-chars.", nameof(prefix));
        }

        var ufrag = prefix + RandomNumberGenerator.GetString(IceChars, RandomUfragLength);
        return new(ufrag, RandomNumberGenerator.GetString(IceChars, PasswordLength));
    }

    /// <summary>True when both parts have legal length and characters.</summary>
    public bool IsLegal => IsLegalToken(Ufrag, 4) && IsLegalToken(Password, 22);

    /// <summary>The password is a secret.</summary>
    public override string ToString() => $"ICE {Ufrag}";

    private static bool IsLegalToken(string value, int minimum) =>
        value.Length >= minimum && value.Length <= 256 && !value.AsSpan().ContainsAnyExcept(Legal);
}
