namespace Sylk.Conference.Protocols.Sctp;

/// <summary>Congestion control of the one path (RFC 9260 section 7.2). All values are bytes of user data.</summary>
internal struct CongestionWindow(int mtu)
{
    private int _partlyAcked;
    private uint _recoveryExit;
    private bool _recovering;

    public int Bytes { get; private set; } = Math.Min(4 * mtu, Math.Max(2 * mtu, 4404));

    public int Threshold { get; private set; } = int.MaxValue;

    /// <summary>New data was acknowledged cumulatively.</summary>
    /// <param name="acked">Bytes.</param>
    /// <param name="wasFull">The window was used up before this acknowledgement.</param>
    /// <param name="cumulative">The new cumulative point.</param>
    /// <param name="nothingOut">Nothing is outstanding any more.</param>
    public void Acknowledge(int acked, bool wasFull, uint cumulative, bool nothingOut)
    {
        if (_recovering && Tsn.IsAfterOrSame(cumulative, _recoveryExit))
        {
            _recovering = false;
        }

        if (Bytes <= Threshold)
        {
            Bytes += wasFull && !_recovering ? Math.Min(acked, mtu) : 0;
            return;
        }

        _partlyAcked += acked;
        if (_partlyAcked >= Bytes && wasFull)
        {
            _partlyAcked -= Bytes;
            Bytes += mtu;
        }

        _partlyAcked = nothingOut ? 0 : Math.Min(_partlyAcked, Bytes);
    }

    /// <summary>Loss told by gaps; at most once per flight.</summary>
    public void FastRetransmit(uint highestOut)
    {
        if (_recovering)
        {
            return;
        }

        _recovering = true;
        _recoveryExit = highestOut;
        Threshold = Math.Max(Bytes / 2, 4 * mtu);
        Bytes = Threshold;
        _partlyAcked = 0;
    }

    public void Expire()
    {
        Threshold = Math.Max(Bytes / 2, 4 * mtu);
        Bytes = mtu;
        _partlyAcked = 0;
        _recovering = false;
    }
}
