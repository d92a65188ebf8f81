using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// Receivers' sender reports need to know how a source's timestamps run. The clock of one without a connection is taken as that of a
/// sender who reports once a second: what the handing over takes is then found as with a page, and a timestamp that jumps begins anew.
/// </summary>
/// <param name="clockRate">Of the timestamps, Hz.</param>
internal sealed class MediaTimeline(int clockRate)
{
    private const int ReportMs = 1_000;

    /// <summary>Microseconds. What jumps by less the receivers' side follows by itself.</summary>
    private const long MostAstray = 20_000_000;

    private uint _timestamp;

    /// <summary>Of the newest packet, microseconds: by its timestamp, counted from the first one's arrival.</summary>
    private long _mediaTime;
    private Instant _reportAt;

    public void Begin(Instant now, uint timestamp) => (_timestamp, _mediaTime) = (timestamp, now.Microseconds);

    public void Follow(Instant now, IngressStream stream, uint timestamp)
    {
        _mediaTime += (int)(timestamp - _timestamp) * 1_000L / (clockRate / 1_000);
        _timestamp = timestamp;
        if (now < _reportAt)
            return;
        _reportAt = now.PlusMilliseconds(ReportMs);
        if (Math.Abs(now.Microseconds - _mediaTime) > MostAstray)
            _mediaTime = now.Microseconds;
        var ntp = NtpTime.FromUnixMicroseconds(_mediaTime);
        stream.Clock.OnSenderReport(now, ntp, timestamp);
        RoomRelays.OnSenderReport(now, stream, ntp, timestamp);
    }
}
