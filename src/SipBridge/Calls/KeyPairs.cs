using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>Finds out when one press came twice, by RFC 4733 and by INFO: within 150 ms it is the same one (FOC-3).</summary>
internal sealed class KeyPairs
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private (char Key, bool ByInfo, Instant At) _last;

    public bool IsNew(Instant now, char key, bool byInfo)
    {
        lock (_gate)
        {
            var isSame = _last.Key == key && _last.ByInfo != byInfo && now - _last.At < Window;
            _last = isSame ? default : (key, byInfo, now);
            return !isSame;
        }
    }
}
