using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Speakers;

/// <summary>
/// Closes on the silence of one audio source: after three packets of digital silence, or when its sender says "no voice"
/// and its level stays near its noise floor for 200 ms. "No voice" counts only from a sender that has said "voice" before.
/// </summary>
internal sealed class SilenceGate
{
    private const int Silence = 127;
    private const int SilentPackets = 3;
    private const int NearFloor = 6;
    private const int QuietMs = 200;
    private const long FloorWindow = 5_000_000_000;
    private const int Unheard = 128;

    private int _silentPackets;
    private int _floorNow = Unheard;
    private int _floorBefore = Unheard;
    private Instant _floorSince;
    private Instant _quietSince = Instant.Never;
    private bool _voiceSeen;
    private bool _resumed;

    /// <summary>Packets are being dropped.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Drop this packet?</summary>
    /// <param name="level">RFC 6464: 0 loudest, 127 silence.</param>
    /// <param name="voice">RFC 6464's V bit.</param>
    /// <param name="hasLevel">False: this sender says nothing of its level, and nothing is dropped.</param>
    public bool IsSilent(Instant now, byte level, bool voice, bool hasLevel)
    {
        var wasClosed = IsClosed;
        IsClosed = hasLevel && level <= Silence && (IsDigitalSilence(level) | IsNearFloor(now, Silence - level, voice));
        if (wasClosed && !IsClosed) _resumed = true;
        return IsClosed;
    }

    /// <summary>True once after the gate opened: the packet that opened it starts a talk spurt and gets the marker bit.</summary>
    public bool TakeResumed()
    {
        var resumed = _resumed;
        _resumed = false;
        return resumed;
    }

    private bool IsDigitalSilence(byte level)
    {
        _silentPackets = level == Silence ? Math.Min(_silentPackets + 1, SilentPackets + 1) : 0;
        return _silentPackets > SilentPackets;
    }

    private bool IsNearFloor(Instant now, int loudness, bool voice)
    {
        _voiceSeen |= voice;
        FollowFloor(now, loudness);
        var quiet = _voiceSeen && !voice && loudness < Math.Min(_floorNow, _floorBefore) + NearFloor;
        if (!quiet) _quietSince = Instant.Never;
        else if (_quietSince == Instant.Never) _quietSince = now;
        return quiet && now >= _quietSince.PlusMilliseconds(QuietMs);
    }

    // The least of the present and the former 5 s: rises again when the room becomes louder.
    private void FollowFloor(Instant now, int loudness)
    {
        if (_floorNow == Unheard) _floorSince = now;
        if (now.Nanoseconds - _floorSince.Nanoseconds >= FloorWindow) (_floorBefore, _floorNow, _floorSince) = (_floorNow, Unheard, now);
        _floorNow = Math.Min(_floorNow, loudness);
    }
}
