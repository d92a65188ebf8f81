using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.Sfu.Engine;

/// <content>What other threads of the process ask of the shard, and those that speak in its rooms without a connection.</content>
internal sealed partial class MediaShard
{
    private ILocalEnd[] _locals = [];
    private PeerTransport? _nowhere;

    /// <summary>Ends the shard's wait; any thread.</summary>
    public void Wake() => _transport.Wake();

    /// <summary>Carries an order out on the shard's thread; any thread.</summary>
    /// <exception cref="InvalidOperationException">Too many orders wait.</exception>
    public Task<T> Ask<T>(Func<Instant, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Mailbox.TryPost(now =>
        {
            try
            {
                answer.SetResult(question(now));
            }
#pragma warning disable CA1031 // a broken order fails its caller, not the room's media
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Log.OrderFailed(_logger, fault, Index);
                answer.SetException(fault);
            }
        });
        if (!posted)
            answer.SetException(new InvalidOperationException("The media shard has too many orders waiting."));
        return answer.Task;
    }

    public LocalEndpoint OpenLocalAudio(Instant now, RoomRouter room, int ringBytes = LocalEndpoint.RingBytes)
    {
        var endpoint = new LocalEndpoint(this, room, ringBytes);
        _locals = [.. _locals, endpoint];
        room.Add(now, endpoint);
        return endpoint;
    }

    /// <summary>Camera and picture of a participant that speaks by an endpoint; the ones it had are closed.</summary>
    public VideoEndpoint OpenLocalVideo(Instant now, VoiceSource voice)
    {
        if (voice.Video is { } former)
        {
            former.Close();
            Remove(now, former);
        }

        var endpoint = new VideoEndpoint(this, voice);
        voice.Video = endpoint;
        _locals = [.. _locals, endpoint];
        return endpoint;
    }

    /// <summary>A publisher without a connection.</summary>
    public Peer MakeSpeaker(RoomRouter room, string id)
    {
        _nowhere ??= PeerTransport.Nowhere(ContextOf(new PathClaim(_paths)));
        return new Peer(id, PeerKind.Whip, _nextPeerNumber++, room, _nowhere);
    }

    private void DrainLocals(Instant now)
    {
        foreach (var endpoint in _locals)
        {
            try
            {
                if (endpoint.IsClosed)
                    Remove(now, endpoint);
                else
                    endpoint.Drain(now);
            }
#pragma warning disable CA1031 // one packet's fault must not end the loop that serves everyone (reliability §1.5)
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Counters.TurnFailures++;
                Log.VoiceFailed(_logger, fault, Index);
            }
        }
    }

    private void Remove(Instant now, ILocalEnd endpoint)
    {
        _locals = Array.FindAll(_locals, other => other != endpoint);
        endpoint.Leave(now);
    }
}
