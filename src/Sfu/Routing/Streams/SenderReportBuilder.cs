using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// When one slot owes its receiver a sender report and what its two clocks read: three reports a second apart, then each
/// 1 s (video) or 5 s (audio), each interval spread by half so that thousands of slots do not report together.
/// </summary>
/// <param name="seed">Random, per slot.</param>
internal sealed class SenderReportBuilder(bool isAudio, uint seed)
{
    private const int FirstReports = 3;
    private const int EarlyMs = 1_000;

    private uint _state = seed | 1;
    private int _reports;

    public Instant NextDeadline { get; private set; } = new(0);

    /// <param name="line">The source's clock; unknown is fine, the wall clock then stands in.</param>
    /// <param name="rtp">The slot's timestamp at this moment; the NTP time beside it is the server's.</param>
    public bool TryReport(Instant now, in ClockLine line, SlotRewriter slot, out uint rtp)
    {
        rtp = 0;
        if (now < NextDeadline || !slot.TryTimestampAt(now, line, out rtp)) return false;
        NextDeadline = now.PlusMilliseconds(NextInterval());
        return true;
    }

    private long NextInterval()
    {
        var ms = _reports++ < FirstReports || !isAudio ? EarlyMs : 5 * EarlyMs;
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return ms / 2 + _state % (uint)ms;
    }
}
