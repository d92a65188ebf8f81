using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Serving;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Load.Janus;

/// <summary>
/// Into Janus by its videoroom: each peer has a session and a handle of its own, publishers or multistream subscribers. All
/// sessions share one WebSocket, which spares Janus a connection per peer.
/// </summary>
internal sealed class JanusDoor(Uri server, JanusRooms rooms) : IDoor
{
    private readonly JanusConnection _connection = new();
    private readonly SemaphoreSlim _opening = new(1);
    private JanusHandle _steward;

    public async Task<ISession> PublishAsync(string room, LoadPeer peer, CancellationToken cancellation)
    {
        var place = await RoomAsync(room, cancellation).ConfigureAwait(false);
        var handle = await AttachAsync(cancellation).ConfigureAwait(false);
        var offer = JanusDescription.Offer(peer.Peer, peer.Publisher!.Ssrcs, peer.Endpoint.Local);
        var reply = await _connection.AskAsync(JanusRequest.Publish(handle, place.Number, offer.ToString()), cancellation).ConfigureAwait(false);
        var answer = Parse(reply);
        if (AnswerCheck.Find(offer, answer) != AnswerFault.None)
            throw new JoinRefusedException($"Janus answered SDP that does not fit the offer ({AnswerCheck.Find(offer, answer)}).");
        place.Add(reply.Id, offer);
        return new JanusSession(_connection, handle, answer);
    }

    public async Task<ISession> PlayAsync(string room, LoadPeer peer, Slots slots, CancellationToken cancellation)
    {
        var place = await RoomAsync(room, cancellation).ConfigureAwait(false);
        var handle = await AttachAsync(cancellation).ConfigureAwait(false);
        var wanted = JanusRequest.Subscribe(handle, place.Number, place.Choose(slots));
        var offer = Parse(await _connection.AskAsync(wanted, cancellation).ConfigureAwait(false));
        var answer = JanusDescription.Answer(offer, peer.Peer.Describe(), peer.Endpoint.Local)
            ?? throw new JoinRefusedException("Janus offered what cannot be answered.");
        await _connection.AskAsync(JanusRequest.Start(handle, answer.ToString()), cancellation).ConfigureAwait(false);
        return new JanusSession(_connection, handle, offer);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _opening.Dispose();
    }

    private static SessionDescription Parse(JanusReply reply) => SdpParser.TryParse(reply.Sdp ?? "", out var description, out var error)
        ? description
        : throw new JoinRefusedException($"Janus sent no description that can be read ({error.Code}).");

    private async Task<JanusRoom> RoomAsync(string name, CancellationToken cancellation)
    {
        await OpenAsync(cancellation).ConfigureAwait(false);
        return await rooms.FindAsync(
            name, number => _connection.AskAsync(JanusRequest.CreateRoom(_steward, number), cancellation)).ConfigureAwait(false);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_steward.Id != 0)
                return;
            await _connection.OpenAsync(server, cancellation).ConfigureAwait(false);
            _steward = await AttachAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<JanusHandle> AttachAsync(CancellationToken cancellation)
    {
        var session = (await _connection.AskAsync(JanusRequest.CreateSession(), cancellation).ConfigureAwait(false)).Id;
        var handle = (await _connection.AskAsync(JanusRequest.Attach(session), cancellation).ConfigureAwait(false)).Id;
        return new JanusHandle(session, handle);
    }
}

/// <summary>A peer's place: ended with its session, handle and all.</summary>
internal sealed class JanusSession(JanusConnection connection, JanusHandle handle, SessionDescription remote) : ISession
{
    public SessionDescription Answer => remote;

    public Task CloseAsync(CancellationToken cancellation) => connection.AskAsync(JanusRequest.DestroySession(handle.Session), cancellation);
}
