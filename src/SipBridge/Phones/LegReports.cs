using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>RTCP of a leg: reports and our name each 5 s, give or take a half, and a goodbye (RFC 3550 section 6).</summary>
internal sealed class LegReports(LegInbound inbound, LegOutbound outbound, TimeProvider time)
{
    private const int MeanMs = 5_000;
    private readonly byte[] _buffer = new byte[512];
    private Instant _next = Instant.Never;
    private uint _reported;

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
        AppendReport(now, ref writer);
        writer.AppendCname(outbound.Ssrc, Name);
        if (isLast)
        {
            writer.AppendBye([outbound.Ssrc]);
        }

        var length = writer.Length;
        if (channel.Security != LegSecurity.Plain)
        {
            length = channel.Keys.ProtectRtcp(_buffer, length);
        }

        if (length > 0)
        {
            channel.Send(_buffer.AsSpan(0, length), target);
        }
    }

    private void AppendReport(Instant now, ref RtcpWriter writer)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[1];
        var count = 0;
        if (inbound.Stream.IsStarted)
        {
            var loss = inbound.Stream.TakeLoss();
            var (last, at) = inbound.LastReport;
            var delay = last == 0 ? 0 : NtpTime.ToShort(now - at);
            blocks[count++] = new ReportBlock(
                inbound.Stream.Ssrc, loss.Fraction, loss.Cumulative, loss.ExtendedHighest, inbound.Stream.Jitter, last, delay);
        }

        if (outbound.Packets == _reported)
        {
            writer.AppendReceiverReport(outbound.Ssrc, blocks[..count]);
            return;
        }

        _reported = outbound.Packets;
        var unixMicroseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var info = new SenderInfo(NtpTime.FromUnixMicroseconds(unixMicroseconds), outbound.Position, outbound.Packets, outbound.Octets);
        writer.AppendSenderReport(outbound.Ssrc, info, blocks[..count]);
    }
}
