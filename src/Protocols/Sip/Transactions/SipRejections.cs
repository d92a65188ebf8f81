namespace Sylk.Conference.Protocols.Sip;

/// <summary>Refused INVITEs for 32 s, so that one who tries again with a new branch gets the same answer at once (rule SIP-TX-4).</summary>
internal sealed class SipRejections(int most)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(32);

    /// <summary>Headers a transaction gives its response; all others are part of the refusal.</summary>
    private static readonly string[] Own = [SipHeader.Via, SipHeader.From, SipHeader.To, SipHeader.CallId, SipHeader.CSeq, SipHeader.ContentLength, SipHeader.ContentType];

    private readonly Dictionary<string, (SipFault Fault, Instant Until)> _faults = [];
    private readonly Queue<(string Key, Instant Until)> _order = new();

    public void Add(Instant now, SipMessage request, SipMessage response)
    {
        Expire(now);
        if (_order.Count >= most)
        {
            _faults.Remove(_order.Dequeue().Key);
        }

        var key = SipKeys.Merged(request);
        var headers = response.Headers().Where(header => !Own.Contains(header.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        _faults[key] = (new SipFault(response.Status, response.Reason) { Headers = headers }, now + Memory);
        _order.Enqueue((key, now + Memory));
    }

    public SipFault? Find(Instant now, SipMessage request)
    {
        Expire(now);
        return _faults.TryGetValue(SipKeys.Merged(request), out var entry) ? entry.Fault : null;
    }

    private void Expire(Instant now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Until <= now)
        {
            _order.Dequeue();
            if (_faults.TryGetValue(oldest.Key, out var entry) && entry.Until <= now)
            {
                _faults.Remove(oldest.Key);
            }
        }
    }
}
