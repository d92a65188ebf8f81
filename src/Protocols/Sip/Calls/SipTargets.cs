using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Where a call may still go: the Contacts of 3xx by their q, none twice, at most five in all (RFC 3261 section 8.1.3.4).</summary>
internal sealed class SipTargets(SipUri first, SipCallSettings settings)
{
    private const int MaxRetries = 4;
    private readonly List<SipUri> _tried = [first];
    private readonly List<(SipUri Uri, double Weight)> _open = [];
    private int _retries;

    /// <summary>Takes in a refusal; the next target, or null when there is none or redirects are not followed.</summary>
    public SipUri? Next(SipMessage response)
    {
        if (!settings.FollowRedirects || response.Status is 401 or 407 or 422 or >= 600)
        {
            return null;
        }

        if (response.Status < 400 && response.TryGetAddresses(SipHeader.Contact, out var contacts))
        {
            foreach (var contact in contacts.Where(contact => contact.Uri.IsSip && !IsKnown(contact.Uri)))
            {
                var weight = double.TryParse(contact.Parameters["q"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) ? q : 1;
                _open.Add((contact.Uri, weight));
            }
        }

        if (_open.Count == 0 || _tried.Count >= settings.MaxTargets)
        {
            return null;
        }

        var next = _open.MaxBy(target => target.Weight);
        _open.Remove(next);
        _tried.Add(next.Uri);
        return next.Uri;
    }

    /// <summary>Another try at the same target after a challenge or 422; a peer that never has enough does not hold us for ever.</summary>
    public bool MayRetry() => ++_retries <= MaxRetries;

    private bool IsKnown(SipUri uri) => _tried.Exists(uri.IsSame) || _open.Exists(target => target.Uri.IsSame(uri));
}
