using System.Globalization;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>Who we are to a relay.</summary>
/// <param name="Relay">Its address, without a session.</param>
public sealed record MsrpRelayAccount(MsrpUri Relay, string User, string Secret);

/// <summary>
/// One session's request for addresses at a relay (RFC 4976 section 5.1): AUTH, its challenge, AUTH with credentials, and what was given.
/// The same again renews it.
/// </summary>
public sealed class MsrpRelayAuth(MsrpIds ids, MsrpRelayAccount account, MsrpSession session)
{
    /// <summary>What a relay that says nothing is taken to mean, and what it may say.</summary>
    private const int UsualSeconds = 900, LeastSeconds = 30, MostSeconds = 86_400;

    private const int MostChallenges = 2;

    private readonly string _local = session.Local.ToString();
    private int _challenges;
    private string _nonce = "";

    public MsrpSession Session => session;

    /// <summary>For a renewal, which may be challenged anew.</summary>
    public MsrpRelayAuth Again() => new(ids, account, session);

    internal byte[] Ask(out string transaction) => Ask(out transaction, []);

    /// <summary>The next request, when the response was a challenge that can be met.</summary>
    /// <returns>Null: it is decided.</returns>
    internal byte[]? Meet(MsrpHead response, out string transaction)
    {
        transaction = "";
        if (response.Status != MsrpStatus.Unauthorized || _challenges == MostChallenges || Credentials(response) is not { } credentials)
        {
            return null;
        }

        _challenges++;
        return Ask(out transaction, [(MsrpHeader.Authorization, credentials)]);
    }

    /// <summary>What was decided.</summary>
    internal MsrpRelayAnswered Read(MsrpHead response)
    {
        if (response.Status != MsrpStatus.Ok)
        {
            return new MsrpRelayAnswered(session, response.Status, [], default);
        }

        if (!MsrpPath.TryParse(response.First(MsrpHeader.UsePath), out var path))
        {
            return new MsrpRelayAnswered(session, MsrpStatus.Unintelligible, [], default);
        }

        var seconds = int.TryParse(response.First(MsrpHeader.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? said : UsualSeconds;
        return new MsrpRelayAnswered(session, MsrpStatus.Ok, path, TimeSpan.FromSeconds(Math.Clamp(seconds, LeastSeconds, MostSeconds)));
    }

    private byte[] Ask(out string transaction, IReadOnlyList<(string Name, string Value)> more)
    {
        transaction = ids.Transaction();
        return MsrpWriter.Request(transaction, MsrpMethod.Auth, account.Relay.ToString(), _local, more);
    }

    /// <summary>The first challenge that we understand; the relay's realm is whatever it says, because we chose the relay. A second one counts
    /// only when the first nonce was merely too old.</summary>
    private string? Credentials(MsrpHead challenge)
    {
        foreach (var (name, value) in challenge.Fields)
        {
            if (!name.Equals(MsrpHeader.WwwAuthenticate, StringComparison.OrdinalIgnoreCase) || !SipDigestFields.TryParse(value, out var fields)
                || SipDigest.Parse(fields["algorithm"]) is not { } algorithm || fields["nonce"] is not { Length: > 0 } nonce || fields["realm"] is not { } realm
                || fields["qop"]?.Split(',').Any(word => SipText.Same(word.Trim(), "auth")) != true)
            {
                continue;
            }

            if (_challenges > 0 && (nonce == _nonce || !SipText.Same(fields["stale"], "true")))
            {
                return null;
            }

            _nonce = nonce;
            return Compute(algorithm, realm, nonce, fields["opaque"]);
        }

        return null;
    }

    /// <summary>The URI of the digest is the last of To-Path (RFC 4976 section 9.1).</summary>
    private string Compute(SipDigestAlgorithm algorithm, string realm, string nonce, string? opaque)
    {
        var proof = new SipDigestProof(nonce, "00000001", ids.Message());
        var uri = account.Relay.ToString();
        var response = SipDigest.Response(algorithm, SipDigest.SecretOf(algorithm, account.User, realm, account.Secret), proof, MsrpMethod.Auth, uri);
        var text = $"Digest username={SipText.Quote(account.User)}, realm={SipText.Quote(realm)}, nonce={SipText.Quote(nonce)}, uri={SipText.Quote(uri)}, "
            + $"response=\"{response}\", algorithm={SipDigest.Name(algorithm)}, cnonce=\"{proof.ClientNonce}\", qop=auth, nc={proof.Count}";
        return opaque is null ? text : $"{text}, opaque={SipText.Quote(opaque)}";
    }
}
