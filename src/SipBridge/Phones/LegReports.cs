using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>RTCP of a leg: reports and our name each 5 s, give or take a half, and a goodbye (RFC 3550 section 6).</summary>
internal sealed class LegReports(LegInbound inbound, LegOutbound outbound, TimeProvider time)
{
    private const int MeanMs = 5_000;
    private readonly byte[] _buffer = new byte[512];
    private Instant _next = Instant.Never;
    private readonly StreamReports _reports = new(time);

    /// <summary>The leg's canonical name.</summary>
    public byte[] Name { get; } = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>The first report is due soon after the first description.</summary>
    public void Begin(Instant now)
    {
        if (_next == Instant.Never)
        {
            _next = now.PlusMilliseconds(RandomNumberGenerator.GetInt32(MeanMs / 4, MeanMs / 2));
        }
    }

    public void Tick(Instant now, LegChannel channel)
    {
        if (now < _next)
        {
            return;
        }

        _next = now.PlusMilliseconds(RandomNumberGenerator.GetInt32(MeanMs / 2, MeanMs * 3 / 2));
        Send(now, channel, isLast: false);
    }

    public void SayGoodbye(Instant now, LegChannel channel)
    {
        if (_next != Instant.Never)
        {
            Send(now, channel, isLast: true);
        }
    }

    private void Send(Instant now, LegChannel channel, bool isLast)
    {
        if (!channel.TryGetTarget(out var target))
        {
            return;
        }

        var writer = new RtcpWriter(_buffer.AsSpan(0, _buffer.Length - LegKeyring.Overhead));
        _reports.Append(
            now, ref writer, ref inbound.Stream, inbound.LastReport, new SentSoFar(outbound.Ssrc, outbound.Position, outbound.Packets, outbound.Octets));
        writer.AppendCname(outbound.Ssrc, Name);
        if (isLast)
        {
            writer.AppendBye([outbound.Ssrc]);
        }

        StreamReports.Send(channel, target, _buffer, writer.Length);
    }
}
