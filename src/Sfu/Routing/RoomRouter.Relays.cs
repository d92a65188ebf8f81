using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing;

/// <content>What the room's parts on other shards ask of this one, and what this one tells them.</content>
internal sealed partial class RoomRouter
{
    /// <summary>The room's parts on other shards; null where it lives on one.</summary>
    public RoomRelays? Relays { get; set; }

    /// <summary>A voice from another shard is forwarded there, or would be if somebody here heard it.</summary>
    public void OnVoice(Instant now, Track track) => _audio.OnVoice(now, track);

    /// <summary>We are the home: decides whether a voice that came in at another shard is heard.</summary>
    public bool Judge(Instant now, Track track, byte level) => _audio.Judge(now, track, level);

    /// <summary>The room's home found who speaks.</summary>
    public void FollowSpeaker(Instant now, string peerId)
    {
        if (FindOwner(peerId) is not { } speaker)
            return;
        _speakers.Promote(speaker);
        _video.OnSpeakerChanged(now);
    }

    /// <summary>A message of a page on another shard, to everybody here.</summary>
    public void DeliverData(Instant now, DataPassed message)
    {
        foreach (var peer in _peers)
        {
            if (peer.Transport.Data is not { IsOpen: true } data)
                continue;
            data.Deliver(now, message.Whole, message.IsText, message.Reliability);
            peer.Transport.OfferData(now);
        }
    }

    /// <summary>A publisher came or went.</summary>
    private void OnPresence(Peer peer)
    {
        ScheduleAssignment();
        Relays?.OnOwner(peer);
    }
}
