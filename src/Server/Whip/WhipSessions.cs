using System.Collections.Concurrent;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Whip;

/// <summary>One HTTP media session. Its name is the secret that lets its owner change or end it.</summary>
internal sealed class WhipSession(string id, string room, string participantId, PeerKind kind)
{
    private int _sequence = 1;

    public string Id { get; } = id;
    public string Room { get; } = room;
    public string ParticipantId { get; } = participantId;
    public PeerKind Kind { get; } = kind;

    /// <summary>The client's last whole offer: an ICE restart sends only what changed.</summary>
    public string Offer { get; set; } = "";

    /// <summary>Names the ICE session, so it changes with every restart (RFC 9725 section 4.3.1).</summary>
    public string ETag => $"\"{_sequence}-{Id[..8]}\"";

    public int NextSequence() => Interlocked.Increment(ref _sequence);
}

/// <summary>The sessions opened on this node, gone when their room closes the peer.</summary>
internal sealed class WhipSessions
{
    private readonly ConcurrentDictionary<string, WhipSession> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _idOfPeer = new(StringComparer.Ordinal);

    public WhipSessions(LocalMediaNode node) => node.PeerClosed += Forget;

    public int Count => _byId.Count;

    public WhipSession Open(string room, string participantId, PeerKind kind)
    {
        var session = new WhipSession(Ids.Secret(), room, participantId, kind);
        _byId[session.Id] = session;
        _idOfPeer[participantId] = session.Id;
        return session;
    }

    public WhipSession? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    public void Forget(string participantId)
    {
        if (_idOfPeer.TryRemove(participantId, out var id))
            _byId.TryRemove(id, out _);
    }
}
