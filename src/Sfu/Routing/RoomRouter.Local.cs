using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.Sfu.Routing;

/// <content>Code of this process that speaks in the room and hears it.</content>
internal sealed partial class RoomRouter
{
    /// <summary>Null in nearly every room.</summary>
    private LocalEndpoint[]? _locals;
    private int _voices;

    /// <summary>Every voice is wanted here, whoever of the peers hears it.</summary>
    public bool HasLocals => _locals is not null;

    /// <summary>Peers that may have places to receive in: all but those that are only a voice.</summary>
    public int Receivers => _peers.Count - _voices;

    /// <summary>Somebody may hear what one endpoint says: a peer, another endpoint, or the room's part on another shard.</summary>
    public bool HasListenersBesides =>
        Receivers > 0 || Relays is not null || _locals is { Length: > 1 };

    public void Add(Instant now, LocalEndpoint endpoint)
    {
        _locals = [.. _locals ?? [], endpoint];
        Relays?.Advance(now); // voices of other shards are to cross
    }

    public void Remove(LocalEndpoint endpoint)
    {
        var left = Array.FindAll(_locals ?? [], other => other != endpoint);
        _locals = left.Length == 0 ? null : left;
    }

    /// <summary>A participant who speaks through an endpoint: connected from the start.</summary>
    public void AddVoice(VoiceSource voice)
    {
        var peer = voice.Track.Owner;
        peer.Voice = voice;
        _voices++;
        AddPeer(peer);
        AddTrack(voice.Track);
        Listener.OnFact(new PeerConnected(Name, Epoch, peer.Id, "local", ""));
        _context.Deadlines.Refresh(this);
    }

    /// <summary>Somebody speaks whose sound is in a mix.</summary>
    public void OnLevel(Instant now, Track track, byte level)
    {
        if (!track.Muted)
            _speakers.OnLevel(now, track, level);
    }

    /// <summary>The room closes on this shard.</summary>
    public void CloseLocals()
    {
        foreach (var endpoint in _locals ?? [])
            endpoint.Close();
        _locals = null;
    }

    /// <summary>True when somebody takes it.</summary>
    private static bool OfferLocals(Instant now, LocalEndpoint[] locals, IngressStream stream, in PacketFacts facts)
    {
        if (!stream.History.TryGet(facts.Sequence, out var stored))
            return false;
        var opus = facts.Codec.Family == CodecFamily.Red ? PayloadInspection.PrimaryOfRed(stored.Payload) : stored.Payload;
        var taken = false;
        foreach (var endpoint in locals)
            taken |= endpoint.Hear(now, stream, facts, opus);
        return taken;
    }

    private void TellLocals(Track removed)
    {
        foreach (var endpoint in _locals ?? [])
            endpoint.OnRemoved(removed);
    }
}
