using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// The client side of digest for one account (RFC 7616, RFC 8760 section 2.4): answers challenges of its realm only, the topmost it
/// understands; once per nonce, and once more when the server says stale.
/// </summary>
/// <param name="realm">Whom the password is for; another realm gets nothing (attack TS-08).</param>
/// <param name="user">The account.</param>
/// <param name="password">Its password.</param>
/// <param name="ids">Draws cnonces.</param>
public sealed class SipCredentials(string realm, string user, string password, SipIds ids)
{
    private string _nonce = "";
    private uint _count;
    private int _stale;

    /// <summary>The header for the next try, or null when there is nothing to answer or it was tried before.</summary>
    public IReadOnlyList<(string Name, string Value)>? Answer(SipMessage request, SipMessage challenge)
    {
        var proxy = challenge.Status == 407;
        foreach (var value in challenge.All(proxy ? SipHeader.ProxyAuthenticate : SipHeader.WwwAuthenticate))
        {
            if (!SipDigestFields.TryParse(value, out var fields) || fields["realm"] != SipText.Encode(realm) ||
                SipDigest.Parse(fields["algorithm"]) is not { } algorithm || fields["nonce"] is not { Length: > 0 } nonce)
            {
                continue;
            }

            var header = proxy ? SipHeader.ProxyAuthorization : SipHeader.Authorization;
            return MayAnswer(nonce, request, header, SipText.Same(fields["stale"], "true")) ? [(header, Compute(request, fields, algorithm))] : null;
        }

        return null;
    }

    /// <summary>A request that carried credentials and is challenged again was refused, unless its nonce was merely stale; that once.</summary>
    private bool MayAnswer(string nonce, SipMessage request, string header, bool stale)
    {
        var carried = request.All(header)
            .Select(value => SipDigestFields.TryParse(value, out var fields) ? fields : null)
            .FirstOrDefault(fields => fields?["realm"] == SipText.Encode(realm));
        _stale = carried is null ? 0 : _stale + 1;
        return carried is null || (stale && carried["nonce"] != nonce && _stale == 1);
    }

    private string Compute(SipMessage request, SipDigestFields challenge, SipDigestAlgorithm algorithm)
    {
        var nonce = challenge["nonce"]!;
        _count = nonce == _nonce ? _count + 1 : 1;
        _nonce = nonce;
        var qop = challenge["qop"]?.Split(',').Any(word => SipText.Same(word.Trim(), "auth")) ?? false;
        var proof = qop ? new SipDigestProof(nonce, _count.ToString("x8", CultureInfo.InvariantCulture), ids.CallId()) : new SipDigestProof(nonce, null, null);
        var response = SipDigest.Response(algorithm, SipDigest.SecretOf(algorithm, user, realm, password), proof, request.Method, request.RequestUri);
        var text = $"Digest username={SipText.Quote(SipText.Encode(user))}, realm={SipText.Quote(SipText.Encode(realm))}, nonce={SipText.Quote(nonce)}, " +
            $"uri={SipText.Quote(request.RequestUri)}, response=\"{response}\", algorithm={SipDigest.Name(algorithm)}";
        text += qop ? $", cnonce=\"{proof.ClientNonce}\", qop=auth, nc={proof.Count}" : "";
        return challenge["opaque"] is { } opaque ? $"{text}, opaque={SipText.Quote(opaque)}" : text;
    }
}
