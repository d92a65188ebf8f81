using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>Limit L12, over streams and WebSockets together: 64 of one address, 4,096 in all. Those we open ourselves count in all only.</summary>
internal sealed class ConnectionCount
{
    private const int MostOfOneAddress = 64;
    private const int MostInAll = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong High, ulong Low), int> _ofAddress = [];
    private int _all;

    /// <returns>False when there are too many already; then nothing was counted.</returns>
    public bool TryAdd(TransportAddress remote, bool isOurs = false)
    {
        var key = (remote.High, remote.Low);
        lock (_gate)
        {
            var others = _ofAddress.GetValueOrDefault(key);
            if (_all >= MostInAll || (!isOurs && others >= MostOfOneAddress))
                return false;
            _all++;
            _ofAddress[key] = others + 1;
            return true;
        }
    }

    public void Remove(TransportAddress remote)
    {
        var key = (remote.High, remote.Low);
        lock (_gate)
        {
            _all--;
            if (_ofAddress.GetValueOrDefault(key) is > 1 and var more)
                _ofAddress[key] = more - 1;
            else
                _ofAddress.Remove(key);
        }
    }
}
