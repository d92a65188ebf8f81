using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>The phones of one room, their mix, and its browsers. Lives on one thread.</summary>
internal sealed class PhoneRoom : IDisposable
{
    private readonly PhoneParts _parts;
    private readonly RoomMixer _mixer;
    private readonly RoomVoices _voices;
    private readonly List<PhoneLeg> _legs = [];

    public PhoneRoom(PhoneParts parts, string name, OpenLocalAudio open, Action<Action> post)
    {
        (_parts, Name, Post) = (parts, name, post);
        _mixer = new RoomMixer(parts.Settings.Mixer);
        _voices = new RoomVoices(name, _mixer, open, post, parts.Settings.OwnTracks);
        if (parts.Settings.Prompts is { } prompts && prompts.TryGet(PromptLibrary.Fallback, parts.Settings.Music, out var music))
        {
            _mixer.SetMusic(music);
        }
    }

    public string Name { get; }

    public RoomMixer Mixer => _mixer;

    /// <summary>Brings an answer back to the room's thread.</summary>
    public Action<Action> Post { get; }

    /// <summary>Effort of encoders, 0 to 10 (ENC-4).</summary>
    public int Complexity { set => _mixer.Complexity = value; }

    public bool IsEmpty => _legs.Count == 0;

    public int Count => _legs.Count;

    /// <summary>Takes note of the room's epoch; 0 is the lobby, which has none.</summary>
    /// <returns>An error when a later one was heard before.</returns>
    public MediaError? Enter(long epoch)
    {
        if (epoch == 0)
        {
            return null;
        }

        if (epoch < _voices.Epoch)
        {
            return new MediaError(MediaErrorCode.StaleEpoch, $"epoch {epoch} is older than {_voices.Epoch}");
        }

        _voices.Epoch = epoch;
        return null;
    }

    public PhoneLeg? Find(string id)
    {
        foreach (var leg in _legs)
        {
            if (leg.Id == id)
            {
                return leg;
            }
        }

        return null;
    }

    public PhoneLeg Add(string id, PortPair ports)
    {
        var leg = new PhoneLeg(_parts, this, id, ports);
        _legs.Add(leg);
        return leg;
    }

    public void Remove(PhoneLeg leg)
    {
        leg.IsClosed = true;
        _legs.Remove(leg);
        _voices.Remove(leg);
        _mixer.Remove(leg.Ear);
        _mixer.Remove(leg.Voice);
        leg.Dispose();
    }

    public void Tick(Instant now, Span<byte> buffer)
    {
        foreach (var leg in _legs)
        {
            leg.Receive(now, buffer);
        }

        _voices.Receive(now, _legs);
        _mixer.Tick(now);
        foreach (var leg in _legs)
        {
            leg.Send(now);
            _voices.Send(leg);
            leg.Camera?.Link.Mind(now, _voices.Epoch, leg.Published != 0);
        }

        _voices.SendCallers();
    }

    public MediaError? Obey(Instant now, LegOrder order)
    {
        if (order is PlayToPhones all)
        {
            PlayToAll(all);
            return null;
        }

        if (Find(order.LegId) is not { } leg)
        {
            return new MediaError(MediaErrorCode.PeerUnknown, "no such leg");
        }

        if (order is EnterMix or PlayPrompts)
        {
            leg.Answered(now);
        }

        return Obey(leg, order);
    }

    /// <summary>Says goodbye to all; the process ends.</summary>
    public void CloseAll(Instant now)
    {
        foreach (var leg in _legs)
        {
            leg.Close(now);
            leg.Dispose();
            leg.Ports.Rtp.Dispose();
            leg.Ports.Rtcp.Dispose();
            leg.Camera?.Ports.Rtp.Dispose();
            leg.Camera?.Ports.Rtcp.Dispose();
        }

        _legs.Clear();
    }

    public void Dispose()
    {
        _voices.Close();
        _mixer.Dispose();
    }

    private static MediaError? Obey(PhoneLeg leg, LegOrder order)
    {
        switch (order)
        {
            case EnterMix enter:
                leg.EnterMix(enter.TrackId, enter.Muted);
                break;
            case PlayPrompts play:
                leg.Prompts.Play(play.Prompts, play.Language, play.Tag);
                break;
            case StopPrompts:
                leg.Prompts.Stop();
                break;
            case SetMusic music:
                leg.Ear.Music = music.On;
                break;
            case SetLegMuted mute:
                leg.IsMuted = mute.Muted;
                break;
            case HoldLeg hold:
                leg.Hold(hold.On);
                break;
            case SetLegVolume volume:
                leg.Ear.VolumeSteps = Math.Clamp(volume.Steps, -4, 4);
                break;
            case EnterVideo enter:
                leg.Camera?.Enter(enter.TrackId, enter.Muted);
                break;
            case PreferTracks prefer:
                leg.Camera?.Prefer(prefer.TrackIds);
                break;
            case RefreshPicture:
                leg.Camera?.Refresh();
                break;
            case SendDigits digits when !leg.TryPress(digits.Digits):
                return new MediaError(MediaErrorCode.MediaIncompatible, "the other end takes no such keys");
        }

        return null;
    }

    private void PlayToAll(PlayToPhones play)
    {
        foreach (var sound in LegPrompts.Find(_parts.Settings.Prompts, play.Prompts, play.Language))
        {
            _mixer.PlayToAll(sound);
        }
    }
}
