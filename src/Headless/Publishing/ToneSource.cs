using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Publishing;

/// <summary>
/// Audio as the server sees it: an Opus packet each 20 ms with a legal table of contents (CELT fullband, one frame), a level,
/// and marks where the coded sound would be.
/// </summary>
internal sealed class ToneSource(PublishedStream stream, int payloadOctets)
{
    private const byte CeltFullband20Ms = 31 << 3;
    private const int SamplesPerPacket = 960;
    private const int IntervalNanoseconds = 20_000_000;
    private readonly byte[] _payload = new byte[Math.Max(payloadOctets, PacketMark.AudioOffset + PacketMark.Length)];
    private Instant _due;
    private uint _count;
    private uint _timestamp = (uint)Random.Shared.Next();

    public PublishedStream Stream => stream;

    public Instant NextDeadline => _due;

    public uint Timestamp => _timestamp;

    public void Start(Instant now) => _due = new Instant(now.Nanoseconds + Random.Shared.Next(IntervalNanoseconds));

    public void Tick(HeadlessPeer peer, Instant now)
    {
        if (now < _due)
            return;
        _payload[0] = CeltFullband20Ms;
        new PacketMark(_count, 0, 1, MonotonicClock.Now).Write(_payload.AsSpan(PacketMark.AudioOffset));
        stream.Send(peer, now, new PacketFacts(_timestamp, _count == 0, Level()), _payload, []);
        _count++;
        _timestamp += SamplesPerPacket;
        _due = Following(_due, now, IntervalNanoseconds);
    }

    /// <summary>Speech-like: between 20 and 35 dB below full scale, so that the talker counts as one.</summary>
    private int Level() => 20 + (int)(_count * 7 % 16);

    /// <summary>Keeps the rhythm, unless the loop was late by more than 200 ms.</summary>
    internal static Instant Following(Instant due, Instant now, long interval) =>
        now.Nanoseconds - due.Nanoseconds > 200_000_000 ? new Instant(now.Nanoseconds + interval) : new Instant(due.Nanoseconds + interval);
}
