using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>How many TCP connections may be open before ICE says who is behind them: per remote address, and in all.</summary>
internal sealed class StrangerLimits
{
    public const int PerAddress = 64;
    public const int Total = 4096;

    private readonly Dictionary<(ulong High, ulong Low), int> _perAddress = [];

    public int Count { get; private set; }

    public bool TryEnter(in TransportAddress remote)
    {
        var key = (remote.High, remote.Low);
        var open = _perAddress.GetValueOrDefault(key);
        if (Count == Total || open == PerAddress) return false;
        _perAddress[key] = open + 1;
        Count++;
        return true;
    }

    /// <summary>A connection that had entered was validated or closed.</summary>
    public void Leave(in TransportAddress remote)
    {
        var key = (remote.High, remote.Low);
        Count--;
        if (--_perAddress[key] == 0) _perAddress.Remove(key);
    }
}
