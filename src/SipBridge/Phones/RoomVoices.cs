using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Opens a room's voices at the media engine (<see cref="IMediaEngine.OpenLocalAudioAsync"/>).</summary>
internal delegate ValueTask<LocalAudioOpened> OpenLocalAudio(string room, long epoch);

/// <summary>
/// The browsers of a room as its phones hear them, and the phones as the browsers do. Opened with the first leg that leaves the
/// lobby; when the room's media closes here it waits for the room to come back under a later epoch.
/// </summary>
/// <param name="room">Its name.</param>
/// <param name="mixer">Gets a source for each browser that is heard.</param>
/// <param name="open">Asks the media engine.</param>
/// <param name="post">Brings an answer back to the room's thread.</param>
/// <param name="ownTracks">Phones that have tracks of their own; more share one.</param>
internal sealed class RoomVoices(string room, RoomMixer mixer, OpenLocalAudio open, Action<Action> post, int ownTracks)
{
    private const int MostPackets = 512;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, VoiceSource> _browsers = [];
    private readonly CallersTrack _callers = new(mixer.Callers, ownTracks, post);
    private readonly byte[] _buffer = new byte[1500];
    private ILocalAudio? _audio;
    private bool _isOpening;
    private bool _isEnded;
    private Instant _retryAt;

    /// <summary>The room's epoch as last heard.</summary>
    public long Epoch { get; set; }

    /// <summary>First half of a tick: takes what browsers said, and opens what has to be open.</summary>
    /// <param name="now">The tick's time.</param>
    /// <param name="legs">All of the room.</param>
    public void Receive(Instant now, List<PhoneLeg> legs)
    {
        if (_audio is { IsClosed: true } closed)
        {
            Forget(closed, legs);
        }

        if (_audio is null)
        {
            legs.ForEach(static leg => leg.Voice.IsHeard = false);
            OpenIfNeeded(now, legs);
            return;
        }

        for (var i = 0; i < MostPackets && _audio.TryReceive(_buffer, out var packet); i++)
        {
            Take(now, packet);
        }

        _callers.Choose(now, legs, _audio);
        var isHeard = _audio.IsHeard;
        foreach (var leg in legs)
        {
            leg.Voice.IsHeard = isHeard;
            if (leg is { TrackId: not null, Published: 0, IsPublishing: false } && now >= leg.PublishAgainAt)
            {
                Publish(now, leg, _audio);
            }
        }
    }

    /// <summary>Second half, after the mix: a leg's voice to the browsers.</summary>
    public void Send(PhoneLeg leg)
    {
        while (leg.Voice.TryTakeOpus(_buffer, out var frame))
        {
            if (_audio is null || leg.Published == 0)
            {
                continue;
            }

            if (leg.Voice.IsWithCallers)
            {
                _audio.TrySendLevel(leg.Published, frame.Timestamp48k, frame.Level);
            }
            else
            {
                _audio.TrySend(leg.Published, _buffer.AsSpan(0, frame.Length), frame.Timestamp48k, frame.Level, frame.Marker);
            }
        }
    }

    /// <summary>Last of a tick: what many phones say together.</summary>
    public void SendCallers() => _callers.Send(_buffer);

    public void Remove(PhoneLeg leg)
    {
        if (_audio is { IsClosed: false } audio && leg.Published != 0)
        {
            _ = audio.UnpublishAsync(leg.Published).AsTask();
        }

        leg.Published = 0;
    }

    public void Close()
    {
        _isEnded = true;
        if (_audio is { } audio)
        {
            _audio = null;
            _ = audio.DisposeAsync().AsTask();
        }
    }

    private void Take(Instant now, in LocalAudioPacket packet)
    {
        if (packet.HasEnded)
        {
            if (_browsers.Remove(packet.Track, out var gone))
            {
                mixer.Remove(gone);
            }

            return;
        }

        if (!_browsers.TryGetValue(packet.Track, out var browser))
        {
            browser = mixer.AddSource(VoiceCodec.Opus, isLeg: false);
            browser.IsInMix = true;
            _browsers.Add(packet.Track, browser);
        }

        browser.Push(now, packet.Sequence, packet.Timestamp, packet.Marker, _buffer.AsSpan(0, packet.Length));
    }

    private void OpenIfNeeded(Instant now, List<PhoneLeg> legs)
    {
        if (_isOpening || now < _retryAt || !legs.Exists(static leg => leg.TrackId is not null))
        {
            return;
        }

        (_isOpening, _retryAt) = (true, now + Retry);
        _ = OpenAsync(Epoch);
    }

    private async Task OpenAsync(long epoch)
    {
        var opened = default(LocalAudioOpened);
        try
        {
            opened = await open(room, epoch).ConfigureAwait(false);
        }
        finally
        {
            post(() => Opened(opened.Audio));
        }
    }

    private void Opened(ILocalAudio? audio)
    {
        _isOpening = false;
        if (_isEnded && audio is not null)
        {
            _ = audio.DisposeAsync().AsTask();
            return;
        }

        _audio = audio;
    }

    private void Publish(Instant now, PhoneLeg leg, ILocalAudio audio)
    {
        (leg.IsPublishing, leg.PublishAgainAt) = (true, now + Retry);
        _ = PublishAsync(leg, audio, leg.TrackId!, leg.IsMuted);
    }

    private async Task PublishAsync(PhoneLeg leg, ILocalAudio audio, string trackId, bool muted)
    {
        var voice = default(LocalVoice);
        try
        {
            voice = await audio.PublishAsync(leg.Id, trackId, muted).ConfigureAwait(false);
        }
        finally
        {
            post(() => Published(leg, audio, voice));
        }
    }

    private void Published(PhoneLeg leg, ILocalAudio audio, LocalVoice voice)
    {
        leg.IsPublishing = false;
        if (audio != _audio || voice.Error is not null || voice.Number == 0)
        {
            return;
        }

        leg.Published = voice.Number;
        if (leg.IsClosed)
        {
            Remove(leg);
        }
    }

    private void Forget(ILocalAudio closed, List<PhoneLeg> legs)
    {
        _audio = null;
        _ = closed.DisposeAsync().AsTask();
        foreach (var browser in _browsers.Values)
        {
            mixer.Remove(browser);
        }

        _browsers.Clear();
        _callers.Forget(legs);
        foreach (var leg in legs)
        {
            leg.Published = 0;
        }
    }
}
