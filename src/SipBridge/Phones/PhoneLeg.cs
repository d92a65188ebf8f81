using Microsoft.Extensions.Logging;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What all legs of a node share.</summary>
internal sealed record PhoneParts(PhoneSettings Settings, DtlsRoles Dtls, Fingerprint? Fingerprint, ILegListener Listener)
{
    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }
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
    private LegAudio? _audio;
    private double _lossPercent;
    private bool _hasFailed;
    private bool _hasWarned;
    private bool _isAnswered;

    public PhoneLeg(PhoneParts parts, string room, string id, PortPair ports, RoomMixer mixer)
    {
        (_parts, Room, Id, Ports) = (parts, room, id, ports);
        Voice = mixer.AddSource(VoiceCodec.Pcmu, isLeg: true);
        Voice.IsInMix = false;
        Ear = mixer.AddListener(AtFirst, Voice);
        _end = new LegEnd(parts.Settings, parts.Fingerprint, ports.Rtp.Number);
        _latch = MakeLatch();
        _rtp = new LegChannel(ports.Rtp, _latch, parts.Dtls);
        _rtcp = new LegChannel(ports.Rtcp, MakeLatch(), parts.Dtls, _rtp);
        _inbound = new LegInbound(Voice, key => parts.Listener.OnLeg(new LegDigit(room, id, key))) { OurSsrc = _outbound.Ssrc };
        _reports = new LegReports(_inbound, _outbound, parts.Time);
        _watch = new LegWatch(room, id, parts.Listener);
        Prompts = new LegPrompts(Ear, parts.Settings.Prompts, tag => parts.Listener.OnLeg(new LegPromptsEnded(room, id, tag)));
    }

    public string Room { get; }

    public string Id { get; }

    public PortPair Ports { get; }

    public VoiceSource Voice { get; }

    public VoiceListener Ear { get; }

    public LegPrompts Prompts { get; }

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
        var answer = _end.Step(offer, out var agreed);
        if (agreed)
        {
            _signalling = LegEnd.SignallingOf(offer);
            _rtp.MayRing = _rtcp.MayRing = offer.IsAnswer && !_isAnswered;
            Apply(now, _end.Audio);
        }

        return answer;
    }

    /// <summary>Prompts and rooms are for calls that were answered.</summary>
    public void Answered(Instant now)
    {
        if (!_isAnswered)
        {
            _isAnswered = true;
            _rtp.Answered(now);
            _rtcp.Answered(now);
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
    }

    /// <summary>The second half, after the mix: what goes, and what has happened meanwhile.</summary>
    public void Send(Instant now)
    {
        _rtp.Tick(now);
        _outbound.Tick(now, _rtp, Ear.Payload);
        if (_audio is { } audio)
        {
            SendReports(now, audio);
            _watch.NoteLevel(now, Voice.IsMuted && Voice.IsInMix && !audio.IsHeld, Voice.Level);
        }

        _watch.Tick(now, _inbound.Heard);
        Prompts.Tick();
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
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

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
