using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>One call's video: ports and keys of its own, its camera in the room and the one picture it is shown (section 9.11).</summary>
internal sealed class LegCamera : IDisposable
{
    private const int MostPackets = 512;
    private static readonly TimeSpan BetweenInfos = TimeSpan.FromSeconds(1);

    private readonly PhoneParts _parts;
    private readonly LegWantsPicture _wish;
    private readonly LegChannel _rtp;
    private readonly LegChannel _rtcp;
    private readonly VideoInbound _inbound;
    private readonly VideoOutbound _outbound = new();
    private readonly VideoReports _reports;
    private readonly byte[] _buffer = new byte[2048];
    private ILocalVideo? _local;
    private LegVideo? _video;
    private ImmutableArray<string> _first = [];
    private string _trackId = "";
    private bool _isMuted;
    private bool _isHeld;
    private Instant _askedAt = new(long.MinValue / 2);

    public LegCamera(PhoneParts parts, (string Room, string Id) leg, PortPair ports, Func<Latch> makeLatch, byte[] name, Action<Action> post)
    {
        (_parts, Ports, _wish) = (parts, ports, new LegWantsPicture(leg.Room, leg.Id));
        _rtp = new LegChannel(ports.Rtp, makeLatch(), parts.Dtls);
        _rtcp = new LegChannel(ports.Rtcp, makeLatch(), parts.Dtls, _rtp);
        _inbound = new VideoInbound(_outbound);
        _reports = new VideoReports(_inbound, _outbound, name, parts.Time);
        Link = new VideoLink(leg.Room, leg.Id, parts.OpenVideo, post);
    }

    public PortPair Ports { get; }

    public VideoLink Link { get; }

    /// <summary>Packets of theirs that were not for us, by keys, source, format or kind.</summary>
    public long Dropped => _inbound.Refused + _rtp.Refused + _rtcp.Refused;

    /// <summary>What was agreed on; null when there is no video any more.</summary>
    /// <param name="now">When.</param>
    /// <param name="video">The section.</param>
    /// <param name="isHeld">The call is held: nothing is shown in either direction.</param>
    /// <param name="signalling">Where the signalling comes from.</param>
    /// <param name="ice">Our credentials.</param>
    /// <param name="mayRing">We placed the call, and nothing says yet that it was answered.</param>
    public void Set(Instant now, LegVideo? video, bool isHeld, in TransportAddress signalling, IceCredentials ice, bool mayRing)
    {
        var before = _video;
        (_video, _isHeld) = (video, isHeld);
        if (video is not { MaySee: true } || isHeld)
        {
            _trackId = ""; // the room decides anew about a camera that comes back
        }

        Settle();
        if (video is null)
        {
            return;
        }

        (_rtp.MayRing, _rtcp.MayRing) = (mayRing, mayRing);
        var keeps = video.HasSameAssociation(before) && video.Setup == before!.Setup;
        _rtp.Set(now, video.Rtp, signalling, video, keeps, ice);
        if (!video.RtcpMux)
        {
            _rtcp.Set(now, video.Rtcp, signalling, video, keeps, ice);
        }

        if (video.Formats.Any(static format => format.HasFeedback("nack")))
        {
            _outbound.Keep();
        }

        _inbound.Set(now, video);
        _reports.Begin(now);
    }

    public void Answered(Instant now)
    {
        _rtp.Answered(now);
        _rtcp.Answered(now);
    }

    /// <summary>The room has a track for the camera; an empty id: it may not be shown, but watch.</summary>
    public void Enter(string trackId, bool muted)
    {
        (_trackId, _isMuted) = (trackId, muted);
        Settle();
    }

    /// <summary>Tracks that go before everybody.</summary>
    public void Prefer(ImmutableArray<string> first)
    {
        _first = first;
        Settle();
    }

    /// <summary>The other end lost its picture and says so by signalling (RFC 5168).</summary>
    public void Refresh() => _local?.AskForKeyframe();

    public void Receive(Instant now, Span<byte> buffer)
    {
        if (_video is not { } video)
        {
            return;
        }

        _rtp.Receive(now, buffer, _inbound);
        if (!video.RtcpMux)
        {
            _rtcp.Receive(now, buffer, _inbound);
        }
    }

    public void Send(Instant now)
    {
        TakeLocal();
        if (_video is not { } video)
        {
            return;
        }

        _rtp.Tick(now);
        if (!video.RtcpMux)
        {
            _rtcp.Tick(now);
        }

        var rtcp = video.RtcpMux ? _rtp : _rtcp;
        SendPicture(now, video);
        if (!video.RtcpOff)
        {
            _reports.Tick(now, rtcp);
        }

        if (_local?.TryTakeKeyframeWish() == true)
        {
            AskForKeyframe(now, rtcp, video);
        }
    }

    public void Close(Instant now)
    {
        Link.Close();
        if (_video is { RtcpOff: false } video)
        {
            _reports.SayGoodbye(now, video.RtcpMux ? _rtp : _rtcp);
        }

        _rtp.Close(now);
        _rtcp.Close(now);
    }

    public void Dispose()
    {
        Link.Close();
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    /// <summary>What is wanted of the room follows from what was agreed on and what the room allows.</summary>
    private void Settle()
    {
        _inbound.IsOpen = _video is { MaySee: true } && !_isHeld;
        Link.Camera = _inbound.IsOpen && _video is { } sends && _trackId.Length > 0
            ? new LocalCamera(_trackId, [.. sends.Formats.Select(static format => format.AsSent)], _isMuted)
            : null;
        if (_video is { } video)
        {
            Link.View = new LocalView(
                [.. video.Formats.Select(static format => LegVideoCodecs.Shown(format).ToImmutableArray())], video.Lines, _first, !video.MayShow || _isHeld);
        }
        else if (Link.View is { } view)
        {
            Link.View = view with { IsPaused = true };
        }
    }

    private void TakeLocal()
    {
        if (_local != Link.Local)
        {
            _local = _inbound.Local = Link.Local;
            _outbound.BeginSource();
        }
    }

    private void SendPicture(Instant now, LegVideo video)
    {
        var maySend = _rtp.TryGetTarget(out var target) && video.MayShow && !_isHeld;
        for (var i = 0; i < MostPackets && _local is { } local && local.TryReceive(_buffer, out var packet); i++)
        {
            if (maySend)
            {
                _outbound.Send(now, _rtp, target, video, packet, _buffer.AsSpan(0, packet.Length));
            }
        }

        if (target.Port != 0)
        {
            _outbound.Repair(_rtp, target);
            _outbound.StayOpen(now, _rtp, target);
        }
    }

    /// <summary>By RTCP, else by INFO, but that at most once a second (VID-3).</summary>
    private void AskForKeyframe(Instant now, LegChannel rtcp, LegVideo video)
    {
        if (_reports.TryAskForKeyframe(now, rtcp, video) || video.TakesPli || video.TakesFir || now - _askedAt < BetweenInfos)
        {
            return;
        }

        _askedAt = now;
        _parts.Listener.OnLeg(_wish);
    }
}
