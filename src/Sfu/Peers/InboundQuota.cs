using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// What one transport may send us in a second (reliability L6, L7): authenticated packets and bytes beyond it are not
/// forwarded; RTCP beyond its own quota is not read; before decryption only a safety cap applies, so that somebody else's
/// garbage from the same address cannot use up the quota.
/// </summary>
internal sealed class InboundQuota
{
    private const int MaxDatagramsPerSecond = 20_000;
    private const int MaxPacketsPerSecond = 4_000;
    private const int MaxRtcpPerSecond = 200;
    private const int MaxDtlsPerSecond = 4_000;
    private const long WindowNanoseconds = 1_000_000_000;

    private long _windowEnd;
    private int _datagrams;
    private int _packets;
    private int _rtcp;
    private int _dtls;
    private long _bytes;

    /// <summary>Three times the agreed bitrate, at least 2 Mbit/s.</summary>
    public long MaxBytesPerSecond { get; set; } = 250_000;

    public bool AllowDatagram(Instant now)
    {
        if (now.Nanoseconds >= _windowEnd)
        {
            _windowEnd = now.Nanoseconds + WindowNanoseconds;
            _datagrams = _packets = _rtcp = _dtls = 0;
            _bytes = 0;
        }

        return ++_datagrams <= MaxDatagramsPerSecond;
    }

    public bool AllowPacket(int bytes) => ++_packets <= MaxPacketsPerSecond && (_bytes += bytes) <= MaxBytesPerSecond;

    /// <summary>More than the data channels' rate and their acknowledgements ever need.</summary>
    public bool AllowDtls() => ++_dtls <= MaxDtlsPerSecond;

    public bool AllowRtcp() => ++_rtcp <= MaxRtcpPerSecond;
}
