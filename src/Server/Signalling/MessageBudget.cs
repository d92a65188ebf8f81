namespace Sylk.Conference.Server.Signalling;

/// <summary>What one connection may ask of us; as it stands, limit L16: 50 messages per second, 200 at once.</summary>
internal sealed class MessageBudget(TimeProvider time, double perSecond = 50, double burst = 200)
{
    /// <summary>So many refusals in a row and the connection is closed.</summary>
    private const int Patience = 500;

    private double _spent;
    private long _at = time.GetTimestamp();
    private int _refused;

    /// <summary>True when the sender does not take no for an answer.</summary>
    public bool IsExhausted => _refused >= Patience;

    public bool TryTake(int cost = 1)
    {
        var now = time.GetTimestamp();
        _spent = Math.Max(0, _spent - time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
        _at = now;
        if (_spent + cost > burst)
        {
            _refused++;
            return false;
        }
        _spent += cost;
        _refused = 0;
        return true;
    }
}
