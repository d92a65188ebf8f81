using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

public enum SipDigestVerdict : byte
{
    Accepted,

    /// <summary>No credentials for this realm that we can read.</summary>
    Missing,

    /// <summary>Right but too old: challenge with stale=true.</summary>
    Stale,

    /// <summary>The nonce is none of ours, or was used with this count or a higher one before.</summary>
    Replayed,

    /// <summary>Unknown user or wrong response; nobody is told which.</summary>
    Wrong,
}

/// <summary>
/// The server side of digest (RFC 7616, RFC 8760, rules SIP-AU-1 to 4 and TS-07). Nonces need no memory: time, a random part and a MAC.
/// Only the counts of those in use are kept, a bounded number of them.
/// </summary>
/// <param name="realm">The domain.</param>
/// <param name="key">At least 32 bytes, the same on all nodes that share users; their instants must then be of one clock.</param>
/// <param name="ids">Draws the random part.</param>
public sealed class SipChallenger(string realm, byte[] key, SipIds ids)
{
    private const int MaxCounts = 10_000;
    private const int NonceBytes = 28;
    private readonly Dictionary<string, (uint Count, Instant Until)> _counts = [];
    private readonly Queue<(string Nonce, Instant Until)> _order = new();

    /// <summary>How long a nonce is good.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Offered in this order, one header each.</summary>
    public IReadOnlyList<SipDigestAlgorithm> Algorithms { get; init; } = [SipDigestAlgorithm.Sha256, SipDigestAlgorithm.Md5];

    /// <summary>Takes responses without qop, which RFC 8760 forbids.</summary>
    public bool AllowWithoutQop { get; init; }

    /// <summary>Counts kept.</summary>
    public int Held => _counts.Count;

    /// <summary>401 with a challenge for each algorithm.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="stale">The credentials were right once.</param>
    /// <param name="only">For user agents that cannot cope with choice (rule SIP-AU-5).</param>
    public SipFault Challenge(Instant now, bool stale = false, SipDigestAlgorithm? only = null)
    {
        var nonce = NewNonce(now);
        var headers = Algorithms.Where(algorithm => only is null || algorithm == only).Select(algorithm => (
            SipHeader.WwwAuthenticate,
            $"Digest realm={SipText.Quote(SipText.Encode(realm))}, nonce=\"{nonce}\", algorithm={SipDigest.Name(algorithm)}, qop=\"auth\"{(stale ? ", stale=true" : "")}"));
        return new SipFault(401, SipReasons.Of(401)) { Headers = [.. headers] };
    }

    /// <summary>Judges the Authorization of a request.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="request">Any but ACK and CANCEL.</param>
    /// <param name="secretOf">What <see cref="SipDigest.SecretOf"/> gave for a user, or null.</param>
    /// <param name="user">Who it is when accepted.</param>
    public SipDigestVerdict Verify(Instant now, SipMessage request, Func<string, SipDigestAlgorithm, string?> secretOf, out string user)
    {
        user = "";
        if (FindCredentials(request) is not { } fields || SipDigest.Parse(fields["algorithm"]) is not { } algorithm || !Algorithms.Contains(algorithm) ||
            fields["username"] is not { } name || fields["nonce"] is not { } nonce || fields["response"] is not { } response || fields["uri"] is not { } uri)
        {
            return SipDigestVerdict.Missing;
        }

        var qop = fields["qop"];
        if (qop is null ? !AllowWithoutQop : !SipText.Same(qop, "auth") || fields["nc"] is null || fields["cnonce"] is null)
        {
            return SipDigestVerdict.Missing;
        }

        if (!IsOurs(nonce, out var made) || !IsAbout(uri, request))
        {
            return SipDigestVerdict.Replayed;
        }

        name = SipText.Decode(name);
        var proof = qop is null ? new SipDigestProof(nonce, null, null) : new SipDigestProof(nonce, fields["nc"], fields["cnonce"]);
        var secret = secretOf(name, algorithm);
        var expected = SipDigest.Response(algorithm, secret ?? "", proof, request.Method, uri);
        var right = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(response)) && secret is not null;
        if (!right)
        {
            return SipDigestVerdict.Wrong;
        }

        if (now - made > Lifetime)
        {
            return SipDigestVerdict.Stale;
        }

        user = name;
        return qop is null || TakeCount(now, nonce, fields["nc"]!) ? SipDigestVerdict.Accepted : SipDigestVerdict.Replayed;
    }

    private SipDigestFields? FindCredentials(SipMessage request)
    {
        foreach (var value in request.All(SipHeader.Authorization))
        {
            if (SipDigestFields.TryParse(value, out var fields) && fields["realm"] == SipText.Encode(realm))
            {
                return fields;
            }
        }

        return null;
    }

    /// <summary>Loosely: sipp computes with an address whatever the Request-URI is (rule SIP-AU-3). Another scheme is another request.</summary>
    private static bool IsAbout(string uri, SipMessage request) =>
        uri == request.RequestUri || (SipUri.TryParse(uri, out var a) && SipUri.TryParse(request.RequestUri, out var b) && a.IsSip == b.IsSip);

    /// <summary>Gaps are lost requests; going back is a replay.</summary>
    private bool TakeCount(Instant now, string nonce, string text)
    {
        while (_order.TryPeek(out var oldest) && (oldest.Until < now || _order.Count > MaxCounts))
        {
            _counts.Remove(_order.Dequeue().Nonce);
        }

        if (text.Length != 8 || !uint.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var count))
        {
            return false;
        }

        if (_counts.TryGetValue(nonce, out var last))
        {
            _counts[nonce] = (Math.Max(count, last.Count), last.Until);
            return count > last.Count;
        }

        _counts[nonce] = (count, now + Lifetime);
        _order.Enqueue((nonce, now + Lifetime));
        return count > 0;
    }

    private string NewNonce(Instant now)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, now.Nanoseconds);
        ids.Next().AsSpan(0, 8).CopyTo(nonce.AsSpan(8));
        Seal(nonce.AsSpan(0, 16)).AsSpan(0, 12).CopyTo(nonce.AsSpan(16));
        return Convert.ToBase64String(nonce);
    }

    private bool IsOurs(string text, out Instant made)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes + 2];
        made = default;
        if (!Convert.TryFromBase64String(text, nonce, out var length) || length != NonceBytes)
        {
            return false;
        }

        made = new Instant(BinaryPrimitives.ReadInt64BigEndian(nonce));
        return CryptographicOperations.FixedTimeEquals(Seal(nonce[..16]).AsSpan(0, 12), nonce[16..NonceBytes]);
    }

    private byte[] Seal(ReadOnlySpan<byte> head) => HMACSHA256.HashData(key, (byte[])[.. head, .. Encoding.UTF8.GetBytes(realm)]);
}
