using Microsoft.Extensions.Logging;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What all legs of a node share.</summary>
internal sealed record PhoneParts(PhoneSettings Settings, DtlsRoles Dtls, Fingerprint? Fingerprint, ILegListener Listener)
{
    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>For video, which not every leg has; null where none is to be had.</summary>
    public PortPool? Pool { get; init; }

    public OpenLocalVideo OpenVideo { get; init; } = static (_, _, _) => ValueTask.FromResult(default(LocalVideoOpened));
}

/// <summary>One call's media: its ports, its keys, its voice in the room's mix and its ear. Lives on one thread.</summary>
internal sealed class PhoneLeg : IDisposable
{
    /// <summary>Of their packets, before somebody is told (MED-2).</summary>
    private const int ManyStrangers = 100;

    private static readonly VoiceFormat AtFirst = new(VoiceCodec.Pcmu, 20, 0, false, false, 0);

    private readonly PhoneParts _parts;
    private readonly LegEnd _end;
    private readonly Latch _latch;
    private readonly LegChannel _rtp;
    private readonly LegChannel _rtcp;
    private readonly LegInbound _inbound;
    private readonly LegOutbound _outbound = new();
    private readonly LegReports _reports;
    private readonly LegWatch _watch;
    private TransportAddress _signalling;
    private readonly Action<Action> _post;
    private LegAudio? _audio;
    private double _lossPercent;
    private bool _hasFailed;
    private bool _hasWarned;
    private bool _isAnswered;

    /// <summary>Video was agreed on once: its ports stay.</summary>
    private bool _hasSeen;

    public PhoneLeg(PhoneParts parts, PhoneRoom room, string id, PortPair ports)
    {
        (_parts, _post, Room, Id, Ports) = (parts, room.Post, room.Name, id, ports);
        var mixer = room.Mixer;
        Voice = mixer.AddSource(VoiceCodec.Pcmu, isLeg: true);
        Voice.IsInMix = false;
        Ear = mixer.AddListener(AtFirst, Voice);
        _end = new LegEnd(parts.Settings, parts.Fingerprint, ports.Rtp.Number);
        _latch = MakeLatch();
        _rtp = new LegChannel(ports.Rtp, _latch, parts.Dtls);
        _rtcp = new LegChannel(ports.Rtcp, MakeLatch(), parts.Dtls, _rtp);
        _inbound = new LegInbound(Voice, OnKey) { OurSsrc = _outbound.Ssrc };
        _reports = new LegReports(_inbound, _outbound, parts.Time);
        _watch = new LegWatch(room.Name, id, parts.Listener);
        Prompts = new LegPrompts(Ear, parts.Settings.Prompts, tag => parts.Listener.OnLeg(new LegPromptsEnded(room.Name, id, tag)));
    }

    public string Room { get; }

    public string Id { get; }

    public PortPair Ports { get; }

    public VoiceSource Voice { get; }

    public VoiceListener Ear { get; }

    public LegPrompts Prompts { get; }

    /// <summary>Null until video was agreed on; then as long as the call lasts.</summary>
    public LegCamera? Camera { get; private set; }

    /// <summary>The id of its voice in the room; null in the lobby.</summary>
    public string? TrackId { get; private set; }

    public bool IsMuted
    {
        get => Voice.IsMuted;
        set => Voice.IsMuted = value;
    }

    /// <summary>What the media engine calls its voice; 0 while it has none.</summary>
    public int Published { get; set; }

    /// <summary>The media engine was asked and has not answered.</summary>
    public bool IsPublishing { get; set; }

    /// <summary>Not asked again before, should it refuse.</summary>
    public Instant PublishAgainAt { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>Datagrams and packets of theirs that were not for us, by keys, source, format or kind.</summary>
    public long Dropped => _inbound.Unprotected + _inbound.Unknown + _latch.Strangers + _rtp.Refused + _rtcp.Refused;

    public LegAnswer Negotiate(Instant now, LegOffer offer)
    {
        var fresh = MakeCamera(offer);
        var answer = _end.Step(offer, out var agreed);
        if (agreed)
        {
            _signalling = LegEnd.SignallingOf(offer);
            _rtp.MayRing = _rtcp.MayRing = offer.IsAnswer && !_isAnswered;
            Apply(now, _end.Audio);
            Camera?.Set(now, _end.Video, _end.Audio is not { IsHeld: false }, _signalling, _end.Ice, _rtp.MayRing);
            _hasSeen |= _end.Video is not null;
        }

        var isOver = fresh is not null ? offer.Remote is not null : agreed && offer.IsAnswer && !_hasSeen;
        if (isOver && _end.Video is null && Camera is { } unwanted)
        {
            DropCamera(unwanted);
        }

        return answer;
    }

    /// <summary>Video has ports of its own, taken when it first comes up.</summary>
    private LegCamera? MakeCamera(LegOffer offer)
    {
        var isAsked = (offer.Remote ?? offer.Shape)?.Contains("m=video ", StringComparison.Ordinal) ?? offer.OffersVideo;
        if (Camera is not null || !isAsked || !_parts.Settings.Video || _parts.Pool?.TryTake() is not { } ports)
        {
            return null;
        }

        Camera = new LegCamera(_parts, (Room, Id), ports, MakeLatch, _reports.Name, _post);
        _end.VideoPort = ports.Rtp.Number;
        return Camera;
    }

    private void DropCamera(LegCamera camera)
    {
        camera.Dispose();
        _parts.Pool!.Release(camera.Ports);
        (Camera, _end.VideoPort) = (null, 0);
    }

    /// <summary>Prompts and rooms are for calls that were answered.</summary>
    public void Answered(Instant now)
    {
        if (!_isAnswered)
        {
            _isAnswered = true;
            _rtp.Answered(now);
            _rtcp.Answered(now);
            Camera?.Answered(now);
        }
    }

    public void EnterMix(string trackId, bool muted)
    {
        (TrackId, IsMuted) = (trackId, muted);
        (Voice.IsInMix, Ear.IsInMix) = (true, true);
    }

    /// <summary>Out of the mix and back, both ways.</summary>
    public void Hold(bool on)
    {
        var inMix = !on && TrackId is not null;
        (Voice.IsInMix, Ear.IsInMix) = (inMix, inMix);
    }

    /// <returns>False when the other end takes no keys, or these are none.</returns>
    public bool TryPress(string digits) => _outbound.TryPress(digits);

    /// <summary>The first half of a tick: what came.</summary>
    public void Receive(Instant now, Span<byte> buffer)
    {
        _rtp.Receive(now, buffer, _inbound);
        _rtcp.Receive(now, buffer, _inbound);
        Camera?.Receive(now, buffer);
    }

    /// <summary>The second half, after the mix: what goes, and what has happened meanwhile.</summary>
    public void Send(Instant now)
    {
        _rtp.Tick(now);
        _outbound.Tick(now, _rtp, Ear.Payload, Ear.IsNoise);
        if (_audio is { } audio)
        {
            SendReports(now, audio);
            _watch.NoteLevel(now, Voice.IsMuted && Voice.IsInMix && !audio.IsHeld, Voice.Level);
        }

        if (Voice.TryTakeKey(out var key))
        {
            OnKey(key);
        }

        _watch.Tick(now, _inbound.Heard);
        Prompts.Tick();
        Camera?.Send(now);
        CheckFailure();
    }

    public void Close(Instant now)
    {
        if (_audio is { RtcpOff: false } audio)
        {
            _reports.SayGoodbye(now, audio.RtcpMux ? _rtp : _rtcp);
        }

        _rtp.Close(now);
        _rtcp.Close(now);
        Camera?.Close(now);
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        Camera?.Dispose();
    }

    private void OnKey(char key) => _parts.Listener.OnLeg(new LegDigit(Room, Id, key));

    private Latch MakeLatch() => new(_parts.Settings.SymmetricRtp, target => MediaTargets.MaySendTo(target, _signalling, _parts.Settings.AllowedNetworks));

    private void Apply(Instant now, LegAudio? audio)
    {
        var before = _audio;
        _audio = audio;
        _outbound.Set(now, audio);
        _watch.Expect(now, audio is { MayHear: true });
        Ear.IsHeld = audio is not { MaySend: true };
        if (audio is null)
        {
            Voice.IsHeld = true;
            return;
        }

        var keeps = audio.HasSameAssociation(before) && audio.Setup == before!.Setup;
        _rtp.Set(now, audio.Rtp, _signalling, audio, keeps, _end.Ice);
        if (!audio.RtcpMux)
        {
            _rtcp.Set(now, audio.Rtcp, _signalling, audio, keeps, _end.Ice);
        }

        _inbound.Set(now, audio);
        Voice.DetectsKeys = _parts.Settings.InbandKeys && audio.Keys.IsEmpty;
        _reports.Begin(now);
        Ear.Format = PhoneFormats.Of(audio, _parts.Settings.OpusBitrate, _lossPercent);
    }

    private void SendReports(Instant now, LegAudio audio)
    {
        if (!audio.RtcpMux)
        {
            _rtcp.Tick(now);
        }

        if (!audio.RtcpOff)
        {
            _reports.Tick(now, audio.RtcpMux ? _rtp : _rtcp);
        }

        if (_inbound.TryTakeLoss(out var lost))
        {
            NoteLoss(audio, lost * 100.0 / 256);
        }
    }

    private void NoteLoss(LegAudio audio, double percent)
    {
        _lossPercent += (percent - _lossPercent) / 4;
        var format = PhoneFormats.Of(audio, _parts.Settings.OpusBitrate, _lossPercent);
        if (format != Ear.Format)
        {
            Ear.Format = format;
        }
    }

    private void CheckFailure()
    {
        if (!_hasWarned && _latch.Strangers >= ManyStrangers)
        {
            _hasWarned = true;
            Phones.Log.Strangers(_parts.Log, Room, Id, _latch.Strangers);
        }

        if (!_hasFailed && (_rtp.Failure ?? _rtcp.Failure) is { } reason)
        {
            _hasFailed = true;
            _parts.Listener.OnLeg(new LegFailed(Room, Id, reason));
        }
    }
}
