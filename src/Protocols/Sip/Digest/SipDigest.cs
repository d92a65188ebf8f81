using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

public enum SipDigestAlgorithm : byte { Md5, Sha256 }

/// <summary>The arithmetic of digest authentication (RFC 7616 section 3.4, RFC 8760).</summary>
public static class SipDigest
{
    /// <summary>As in <c>algorithm=</c>.</summary>
    public static string Name(SipDigestAlgorithm algorithm) => algorithm == SipDigestAlgorithm.Sha256 ? "SHA-256" : "MD5";

    /// <summary>No name means MD5 (RFC 7616 section 3.3).</summary>
    public static SipDigestAlgorithm? Parse(string? name) => name is null || SipText.Same(name, "MD5") ? SipDigestAlgorithm.Md5
        : SipText.Same(name, "SHA-256") ? SipDigestAlgorithm.Sha256 : null;

    /// <summary>What is stored instead of a password: H(user:realm:password), in lower-case hexadecimal.</summary>
    public static string SecretOf(SipDigestAlgorithm algorithm, string user, string realm, string password) =>
        Hash(algorithm, $"{user}:{realm}:{password}");

    /// <summary>The response for qop=auth.</summary>
    /// <param name="algorithm">Both hashes.</param>
    /// <param name="secret">From <see cref="SecretOf"/>.</param>
    /// <param name="proof">Nonce, count and cnonce; without count and cnonce the response is that of RFC 2069.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="uri">As in the <c>uri</c> field.</param>
    public static string Response(SipDigestAlgorithm algorithm, string secret, SipDigestProof proof, string method, string uri)
    {
        var request = Hash(algorithm, $"{method}:{uri}");
        return Hash(algorithm, proof.Count is null ? $"{secret}:{proof.Nonce}:{request}" : $"{secret}:{proof.Nonce}:{proof.Count}:{proof.ClientNonce}:auth:{request}");
    }

    /// <summary>The user's name hashed, for <c>userhash=true</c> (RFC 7616 section 3.4.4).</summary>
    public static string UserHash(SipDigestAlgorithm algorithm, string user, string realm) => Hash(algorithm, $"{user}:{realm}");

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what RFC 3261 has; whether it is offered is a setting.")]
    private static string Hash(SipDigestAlgorithm algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(algorithm == SipDigestAlgorithm.Sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }
}

/// <summary>What a response is computed over beside secret and request.</summary>
/// <param name="Nonce">The server's.</param>
/// <param name="Count">Eight hexadecimal digits, or null without qop.</param>
/// <param name="ClientNonce">The client's, or null without qop.</param>
public readonly record struct SipDigestProof(string Nonce, string? Count, string? ClientNonce);
