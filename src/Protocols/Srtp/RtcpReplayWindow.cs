namespace Sylk.Conference.Protocols.Srtp;

/// <summary>The last 128 SRTCP indices of one source. Bit n of the mask stands for n before the highest.</summary>
internal struct RtcpReplayWindow
{
    public const int Size = 128;

    private UInt128 _seen;
    private uint _highest;

    public readonly SrtpVerdict Check(uint index)
    {
        if (index > _highest || _seen == UInt128.Zero)
        {
            return SrtpVerdict.Accepted;
        }

        if (_highest - index >= Size)
        {
            return SrtpVerdict.TooOld;
        }

        return (_seen >> (int)(_highest - index) & UInt128.One) == UInt128.Zero ? SrtpVerdict.Accepted : SrtpVerdict.Replayed;
    }

    public void Commit(uint index)
    {
        if (index > _highest || _seen == UInt128.Zero)
        {
            var step = index - _highest;
            _seen = step >= Size ? UInt128.Zero : _seen << (int)step;
            _highest = index;
        }

        _seen |= UInt128.One << (int)(_highest - index);
    }
}
