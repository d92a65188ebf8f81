namespace Sylk.Conference.Protocols.Rtp;

/// <summary>
/// Decides whether a source is real and which of its packets count (RFC 3550 appendix A.1): a source is valid after two
/// packets in sequence; a jump of 3,000 or more counts only when a second packet confirms it.
/// </summary>
public struct SourceSequence
{
    public const int MinimumSequential = 2;
    public const int MaximumDropout = 3000;
    public const int MaximumMisorder = 100;
    private const int Modulus = 1 << 16;

    private ushort _highest;
    private uint _cycles;
    private int _bad;
    private int _probation;
    private bool _started;

    /// <summary>Cycles in the upper and highest sequence number in the lower 16 bits.</summary>
    public readonly uint ExtendedHighest => _cycles + _highest;

    /// <summary>The first sequence number since the source was accepted or restarted.</summary>
    public ushort Base { get; private set; }

    /// <summary>Packets counted since then, duplicates too.</summary>
    public long Received { get; private set; }

    public readonly bool IsValid => _started && _probation == 0;

    /// <summary>Times the source jumped and was taken up again from a new place.</summary>
    public int Restarts { get; private set; }

    /// <summary>Packets that should have come, by their numbers.</summary>
    public readonly long Expected => IsValid ? (long)ExtendedHighest - Base + 1 : 0;

    /// <returns>Whether the packet counts; false on probation and after an unconfirmed jump.</returns>
    public bool Update(ushort sequence)
    {
        if (!_started) Begin(sequence);
        if (_probation > 0) return Probe(sequence);
        var ahead = (ushort)(sequence - _highest);
        if (ahead < MaximumDropout)
        {
            if (sequence < _highest) _cycles += Modulus;
            _highest = sequence;
        }
        else if (ahead <= Modulus - MaximumMisorder && !ConfirmsJump(sequence))
        {
            return false;
        }
        Received++;
        return true;
    }

    /// <summary>Accepts the source without probation: its SSRC was signalled or its packets are authenticated.</summary>
    public void Accept(ushort sequence)
    {
        _started = true;
        _probation = 0;
        Restart(sequence);
    }

    private void Begin(ushort sequence)
    {
        _started = true;
        _highest = (ushort)(sequence - 1);
        _probation = MinimumSequential;
    }

    private bool Probe(ushort sequence)
    {
        _probation = sequence == (ushort)(_highest + 1) ? _probation - 1 : MinimumSequential - 1;
        _highest = sequence;
        if (_probation > 0) return false;
        Restart(sequence);
        Received = 1;
        return true;
    }

    private bool ConfirmsJump(ushort sequence)
    {
        if (sequence != _bad)
        {
            _bad = (ushort)(sequence + 1);
            return false;
        }
        Restart(sequence);
        Restarts++;
        return true;
    }

    private void Restart(ushort sequence)
    {
        Base = sequence;
        _highest = sequence;
        _bad = Modulus + 1;
        _cycles = 0;
        Received = 0;
    }
}
