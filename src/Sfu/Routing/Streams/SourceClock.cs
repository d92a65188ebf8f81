using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// The clock of one source, from its sender reports and the offset all sources of its publisher share: lip-sync needs it shared.
/// </summary>
internal sealed class SourceClock(int clockRate, PublisherClock? publisher = null)
{
    private readonly PublisherClock _publisher = publisher ?? new PublisherClock();
    private ulong _ntp;
    private uint _rtp;
    private bool _hasReport;

    /// <summary>Unknown until the first sender report.</summary>
    public ClockLine Line => _hasReport && _publisher.IsKnown
        ? new ClockLine(new Instant(NtpTime.ToUnixMicroseconds(_ntp) * 1_000 + _publisher.Offset), _rtp, clockRate)
        : default;

    /// <summary>LSR of our next report block: the middle 32 bits of the newest report's NTP time; 0 before the first.</summary>
    public uint LastReport => NtpTime.Middle(_ntp);

    public Instant LastReportAt { get; private set; }

    /// <summary>A report with NTP time 0 (the sender has no clock, RFC 3550 section 6.4.1) or older than the last is ignored.</summary>
    public void OnSenderReport(Instant now, ulong ntp, uint rtp)
    {
        if (ntp == 0 || (_hasReport && (long)(ntp - _ntp) < 0 && (long)(_ntp - ntp) < 10L << 32)) return;
        _publisher.OnSenderReport(now, ntp);
        (_ntp, _rtp, _hasReport, LastReportAt) = (ntp, rtp, true, now);
    }
}
