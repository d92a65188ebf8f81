using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>What a browser does about lost video: asks for packets again, then for a keyframe.</summary>
internal sealed class LossRepair(WirePeer peer, uint ssrc, PictureDecoder picture)
{
    private const int MostTries = 8;
    private const int RetryMs = 60;
    private const int FirstTryMs = 5;
    private const int MostMissing = 200;
    private const int StuckMs = 300;
    private const int KeyframeIntervalMs = 400;

    private readonly SortedDictionary<long, (Instant Due, int Tries)> _missing = [];
    private long _highest = -1;
    private Instant _next = Instant.Never;
    private Instant _keyframeAskedAt;

    public int Sent { get; private set; }

    public int KeyframesAsked { get; private set; }

    public Instant NextDeadline => _next;

    public void OnPacket(Instant now, long sequence, bool retransmission)
    {
        _missing.Remove(sequence);
        if (sequence <= _highest)
            return;
        for (var lost = Math.Max(_highest + 1, sequence - MostMissing); _highest >= 0 && lost < sequence && peer.Shape.AsksAgain; lost++)
            _missing[lost] = (now.PlusMilliseconds(FirstTryMs), 0);
        _highest = sequence;
        if (_missing.Count > 0 || picture.IsStuck)
            _next = Instant.Earlier(_next, now.PlusMilliseconds(FirstTryMs));
    }

    public void Run(Instant now)
    {
        if (now < _next)
            return;
        AskForLost(now);
        if (picture.IsStuck && now - picture.LastShownAt > TimeSpan.FromMilliseconds(StuckMs)
            && now - _keyframeAskedAt > TimeSpan.FromMilliseconds(KeyframeIntervalMs))
            AskForKeyframe(now);
        _next = _missing.Count > 0 || picture.IsStuck ? now.PlusMilliseconds(10) : Instant.Never;
    }

    private void AskForLost(Instant now)
    {
        Span<ushort> lost = stackalloc ushort[60];
        var count = 0;
        foreach (var (sequence, state) in _missing.ToArray())
        {
            if (state.Tries >= MostTries || sequence < _highest - 1000)
            {
                _missing.Remove(sequence);
            }
            else if (state.Due <= now && count < lost.Length)
            {
                lost[count++] = (ushort)sequence;
                _missing[sequence] = (now.PlusMilliseconds(RetryMs), state.Tries + 1);
            }
        }

        if (count == 0)
            return;
        Span<byte> buffer = stackalloc byte[400];
        var writer = new RtcpWriter(buffer);
        writer.AppendNack(1, ssrc, lost[..count]);
        Sent += count;
        peer.SendRtcp(buffer, writer.Length);
    }

    private void AskForKeyframe(Instant now)
    {
        _keyframeAskedAt = now;
        KeyframesAsked++;
        Span<byte> buffer = stackalloc byte[64];
        var writer = new RtcpWriter(buffer);
        writer.AppendPli(1, ssrc);
        peer.SendRtcp(buffer, writer.Length);
    }
}
