using System.Collections.Immutable;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>Somebody who may register and call under a name of ours. Of the password only what digest needs is kept (rule SIP-AU-4).</summary>
/// <param name="User">As the phone is set up; the address is <c>user@domain</c>.</param>
/// <param name="Domain">Lower case; also the realm of its password.</param>
/// <param name="DisplayName">For the roster; empty: what the phone says.</param>
/// <param name="Md5">H(user:realm:password), hexadecimal; empty where MD5 is not to be used.</param>
/// <param name="Sha256">The same by SHA-256.</param>
public sealed record PhoneAccount(string User, string Domain, string DisplayName, string Md5, string Sha256)
{
    /// <summary>The address of record.</summary>
    public string Address => AddressOf(User, Domain);

    public static string AddressOf(string user, string domain) => $"{user}@{domain}";

    public static PhoneAccount Of(string user, string domain, string displayName, string password) => new(
        user, domain, displayName, SipDigest.SecretOf(SipDigestAlgorithm.Md5, user, domain, password),
        SipDigest.SecretOf(SipDigestAlgorithm.Sha256, user, domain, password));

    public string? SecretOf(SipDigestAlgorithm algorithm) => (algorithm == SipDigestAlgorithm.Sha256 ? Sha256 : Md5) is { Length: > 0 } secret ? secret : null;
}

/// <summary>The accounts there are. Asked on the SIP loop: answers from memory.</summary>
public interface IPhoneAccounts
{
    PhoneAccount? Find(string user, string domain);
}

/// <summary>How accounts prove themselves.</summary>
public sealed record AccountSettings
{
    /// <summary>Of accounts that name none, and of callers of no domain of ours.</summary>
    public string Domain { get; init; } = "sylk";

    /// <summary>Offered in this order.</summary>
    public ImmutableArray<SipDigestAlgorithm> Algorithms { get; init; } = [SipDigestAlgorithm.Sha256, SipDigestAlgorithm.Md5];

    /// <summary>Beginnings of User-Agent that are offered MD5 alone: they fail at a name they do not know (rule SIP-AU-5).</summary>
    public ImmutableArray<string> Md5UserAgents { get; init; } = ["baresip v0.", "baresip v1."];
}
