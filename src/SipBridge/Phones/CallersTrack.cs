using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// The one track that phones share towards browsers while a room has more of them than may have tracks of their own
/// (<c>Sip:OwnTracks</c>). A voice changes over while it is silent, and within two seconds when it goes on speaking; between two ticks,
/// so that each 20 ms of it goes one way. What the room has muted changes to its own track at once, where the media engine drops it,
/// whatever its call has heard of that. Few again, they stay together for ten seconds more: somebody may call back.
/// </summary>
/// <param name="callers">The sum.</param>
/// <param name="most">Phones that have tracks of their own.</param>
/// <param name="post">Brings an answer back to the room's thread.</param>
internal sealed class CallersTrack(CallersMix callers, int most, Action<Action> post)
{
    private static readonly TimeSpan HoldDown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private ILocalAudio? _audio;
    private bool _isWanted;
    private bool _isAsking;
    private int _number;
    private Instant _fewSince = Instant.Never;
    private Instant _retryAt;
    private Instant _moveAllAt;
    private Instant _lastUsed;

    /// <summary>Before the mix: who shares the track in this tick.</summary>
    /// <param name="now">The tick's time.</param>
    /// <param name="legs">All of the room.</param>
    /// <param name="audio">The room's voices.</param>
    public void Choose(Instant now, List<PhoneLeg> legs, ILocalAudio audio)
    {
        callers.IsHeard = audio.IsHeard;
        Count(now, legs);
        if (_isWanted && _number == 0)
        {
            Publish(now, audio);
        }

        var (isOpen, isUsed) = (_isWanted && _number != 0, false);
        foreach (var leg in legs)
        {
            var isMuted = leg.Published != 0 && audio.IsMuted(leg.Published);
            var goal = isOpen && !isMuted;
            if (leg.Voice.IsWithCallers != goal && (isMuted || !leg.Voice.IsSpeaking || leg.Published == 0 || now >= _moveAllAt))
            {
                leg.Voice.IsWithCallers = goal;
            }

            isUsed |= leg.Voice.IsWithCallers;
        }

        _lastUsed = isUsed || isOpen ? now : _lastUsed;
        if (_number != 0 && now >= _lastUsed + Retry)
        {
            Unpublish();
        }
    }

    /// <summary>After the mix: the sum to the browsers.</summary>
    public void Send(Span<byte> buffer)
    {
        while (callers.TryTakeOpus(buffer, out var frame))
        {
            if (_audio is { IsHeard: true } audio && _number != 0)
            {
                audio.TrySend(_number, buffer[..frame.Length], frame.Timestamp48k, frame.Level, frame.Marker);
            }
        }
    }

    /// <summary>The room's voices are closed: there is no track any more, and everybody begins with their own.</summary>
    public void Forget(List<PhoneLeg> legs)
    {
        (_audio, _number) = (null, 0);
        legs.ForEach(static leg => leg.Voice.IsWithCallers = false);
    }

    private void Count(Instant now, List<PhoneLeg> legs)
    {
        var inside = 0;
        foreach (var leg in legs)
        {
            inside += leg.TrackId is null ? 0 : 1;
        }

        if (inside > most)
        {
            _fewSince = Instant.Never;
            Want(now, true);
        }
        else if (_isWanted)
        {
            _fewSince = _fewSince == Instant.Never ? now : _fewSince;
            Want(now, now < _fewSince + HoldDown);
        }
    }

    private void Want(Instant now, bool on)
    {
        if (_isWanted != on)
        {
            (_isWanted, _moveAllAt) = (on, now + Patience);
        }
    }

    private void Publish(Instant now, ILocalAudio audio)
    {
        if (!_isAsking && now >= _retryAt)
        {
            (_isAsking, _retryAt) = (true, now + Retry);
            _ = PublishAsync(audio);
        }
    }

    private async Task PublishAsync(ILocalAudio audio)
    {
        var voice = default(LocalVoice);
        try
        {
            voice = await audio.PublishMixAsync($"mix-{Guid.NewGuid():N}").ConfigureAwait(false);
        }
        finally
        {
            post(() => Published(audio, voice.Number));
        }
    }

    private void Published(ILocalAudio audio, int number)
    {
        _isAsking = false;
        if (number != 0 && !audio.IsClosed)
        {
            (_audio, _number) = (audio, number);
        }
    }

    private void Unpublish()
    {
        if (_audio is { IsClosed: false } audio)
        {
            _ = audio.UnpublishAsync(_number).AsTask();
        }

        (_audio, _number) = (null, 0);
    }
}
