namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Bounds how many DTLS handshakes of a shard are under way at once (reliability L4: 4,096 on the node).
/// Who computes is bounded by the threads themselves: a shard computes one handshake message at a time.
/// </summary>
internal sealed class HandshakeLimit(int capacity)
{
    private int _active;

    public int Active => _active;

    public bool TryEnter()
    {
        if (_active >= capacity)
            return false;
        _active++;
        return true;
    }

    public void Leave() => _active--;
}
