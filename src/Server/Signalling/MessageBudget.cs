namespace Sylk.Conference.Server.Signalling;

/// <summary>Limit L16 for one connection: 50 messages per second, 200 at once.</summary>
internal sealed class MessageBudget(TimeProvider time)
{
    private const double PerSecond = 50;
    private const double Burst = 200;

    /// <summary>So many refusals in a row and the connection is closed.</summary>
    private const int Patience = 500;

    private double _tokens = Burst;
    private long _at = time.GetTimestamp();
    private int _refused;

    /// <summary>True when the sender does not take no for an answer.</summary>
    public bool IsExhausted => _refused >= Patience;

    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * PerSecond);
        _at = now;
        if (_tokens < 1)
        {
            _refused++;
            return false;
        }
        _tokens--;
        _refused = 0;
        return true;
    }
}
