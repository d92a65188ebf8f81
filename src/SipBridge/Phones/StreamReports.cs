using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// What begins every compound packet of one stream, sound or picture (RFC 3550 section 6.4): of what was sent, if anything was since the
/// last report, and of what came.
/// </summary>
/// <param name="time">For the clock in reports.</param>
internal sealed class StreamReports(TimeProvider time)
{
    private uint _reported;

    public void Append(Instant now, ref RtcpWriter writer, ref RemoteStream heard, (uint Time, Instant At) lastReport, SentSoFar sent)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[1];
        var count = 0;
        if (heard.IsStarted)
        {
            var loss = heard.TakeLoss();
            var (last, at) = lastReport;
            var delay = last == 0 ? 0 : NtpTime.ToShort(now - at);
            blocks[count++] = new ReportBlock(heard.Ssrc, loss.Fraction, loss.Cumulative, loss.ExtendedHighest, heard.Jitter, last, delay);
        }

        if (sent.Packets == _reported)
        {
            writer.AppendReceiverReport(sent.Ssrc, blocks[..count]);
            return;
        }

        _reported = sent.Packets;
        var unixMicroseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var info = new SenderInfo(NtpTime.FromUnixMicroseconds(unixMicroseconds), sent.Timestamp, sent.Packets, sent.Octets);
        writer.AppendSenderReport(sent.Ssrc, info, blocks[..count]);
    }

    /// <summary>Protects it where the leg does, and sends it.</summary>
    /// <param name="buffer">The packet, with room behind it for <see cref="LegKeyring.Overhead"/>.</param>
    /// <returns>False: there are no keys yet.</returns>
    public static bool Send(LegChannel channel, TransportAddress target, byte[] buffer, int length)
    {
        if (channel.Security != LegSecurity.Plain)
        {
            length = channel.Keys.ProtectRtcp(buffer, length);
        }

        if (length > 0)
        {
            channel.Send(buffer.AsSpan(0, length), target);
        }

        return length > 0;
    }
}

/// <param name="Timestamp">Of now, in the stream's clock.</param>
internal readonly record struct SentSoFar(uint Ssrc, uint Timestamp, uint Packets, uint Octets);
