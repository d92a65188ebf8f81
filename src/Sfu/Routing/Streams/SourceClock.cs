using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>The clock of one source, from its sender reports and the offset all sources of its publisher share.</summary>
internal sealed class SourceClock(PublisherClock publisher, int clockRate)
{
    private ulong _ntp;
    private uint _rtp;
    private bool _hasReport;

    /// <summary>Unknown until the first sender report.</summary>
    public ClockLine Line => _hasReport && publisher.IsKnown
        ? new ClockLine(new Instant(NtpTime.ToNanoseconds(_ntp) + publisher.Offset), _rtp, clockRate)
        : default;

    /// <summary>The report's NTP time and when it came, as the next receiver report's LSR and DLSR want them.</summary>
    public uint LastReport => NtpTime.Middle(_ntp);

    public Instant LastReportAt { get; private set; }

    /// <summary>A report with NTP time 0 (the sender has no clock, RFC 3550 section 6.4.1) or older than the last is ignored.</summary>
    public void OnSenderReport(Instant now, ulong ntp, uint rtp)
    {
        if (ntp == 0 || (_hasReport && (long)(ntp - _ntp) < 0 && (long)(_ntp - ntp) < 10L << 32)) return;
        publisher.OnSenderReport(now, ntp);
        (_ntp, _rtp, _hasReport, LastReportAt) = (ntp, rtp, true, now);
    }
}
