using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>RTCP of a leg's video: reports each 2 s, give or take a half, wishes for a keyframe at once, and a goodbye.</summary>
/// <param name="inbound">What comes.</param>
/// <param name="outbound">What goes.</param>
/// <param name="name">The leg's canonical name: sound and picture belong together (RFC 3550 section 6.5.1).</param>
/// <param name="time">For the clock in reports.</param>
internal sealed class VideoReports(VideoInbound inbound, VideoOutbound outbound, byte[] name, TimeProvider time)
{
    private const int MeanMs = 2_000;
    private readonly byte[] _buffer = new byte[512];
    private Instant _next = Instant.Never;
    private readonly StreamReports _reports = new(time);
    private byte _firs;

    public void Begin(Instant now)
    {
        if (_next == Instant.Never)
        {
            _next = now.PlusMilliseconds(RandomNumberGenerator.GetInt32(MeanMs / 4, MeanMs / 2));
        }
    }

    public void Tick(Instant now, LegChannel channel)
    {
        if (now >= _next)
        {
            _next = now.PlusMilliseconds(RandomNumberGenerator.GetInt32(MeanMs / 2, MeanMs * 3 / 2));
            Send(now, channel, Extra.None);
        }
    }

    /// <summary>Asks for a keyframe as they can be asked (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1).</summary>
    /// <returns>False when they cannot, or it is not known yet of what.</returns>
    public bool TryAskForKeyframe(Instant now, LegChannel channel, LegVideo video)
    {
        if (video.RtcpOff || !inbound.Stream.IsStarted || !(video.TakesPli || video.TakesFir))
        {
            return false;
        }

        return Send(now, channel, video.TakesPli ? Extra.Pli : Extra.Fir);
    }

    public void SayGoodbye(Instant now, LegChannel channel)
    {
        if (_next != Instant.Never)
        {
            Send(now, channel, Extra.Bye);
        }
    }

    private bool Send(Instant now, LegChannel channel, Extra extra)
    {
        if (!channel.TryGetTarget(out var target))
        {
            return false;
        }

        var writer = new RtcpWriter(_buffer.AsSpan(0, _buffer.Length - LegKeyring.Overhead));
        _reports.Append(
            now, ref writer, ref inbound.Stream, inbound.LastReport,
            new SentSoFar(outbound.Ssrc, outbound.TimestampAt(now), outbound.Packets, outbound.Octets));
        writer.AppendCname(outbound.Ssrc, name);
        switch (extra)
        {
            case Extra.Pli:
                writer.AppendPli(outbound.Ssrc, inbound.Stream.Ssrc);
                break;
            case Extra.Fir:
                writer.AppendFir(outbound.Ssrc, new FirEntry(inbound.Stream.Ssrc, ++_firs));
                break;
            case Extra.Bye:
                writer.AppendBye([outbound.Ssrc]);
                break;
        }

        return StreamReports.Send(channel, target, _buffer, writer.Length);
    }

    private enum Extra : byte { None, Pli, Fir, Bye }
}
