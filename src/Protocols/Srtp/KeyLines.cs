namespace Sylk.Conference.Protocols.Srtp;

/// <summary>All that protecting one packet reads of a sender's keys, side by side, so that it can be fetched in one step (<see cref="CacheLine"/>).</summary>
internal readonly struct KeyLines(GcmTransform? transform)
{
    /// <summary>Up to 15 round keys, 9 powers of the hash key, 16 octets each.</summary>
    private const int RoundKeyLines = 4;
    private const int PowerLines = 3;

    private readonly AeadCipher? _cipher = transform?.Rtp;
    private readonly AesGcmIntrinsics? _intrinsics = transform?.Rtp.Intrinsics;
    private readonly object? _roundKeys = transform?.Rtp.Intrinsics?.RoundKeys;
    private readonly GhashKey? _hash = transform?.Rtp.Intrinsics?.Hash;
    private readonly object? _powers = transform?.Rtp.Intrinsics?.Hash.Powers;

    public void Fetch()
    {
        CacheLine.Fetch(transform, 2);
        CacheLine.Fetch(_cipher);
        CacheLine.Fetch(_intrinsics);
        CacheLine.Fetch(_roundKeys, RoundKeyLines);
        CacheLine.Fetch(_hash);
        CacheLine.Fetch(_powers, PowerLines);
    }
}
