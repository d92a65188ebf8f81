using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Negotiation;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu;

/// <summary>A node's media shards behind <see cref="IMediaEngine"/>: places rooms on shards and carries orders to them.</summary>
public sealed class MediaEngine : IMediaEngine, IAsyncDisposable
{
    /// <summary>The room of network tests; no room name contains a blank.</summary>
    private const string TestRoom = "network test";

    private readonly MediaShard[] _shards;
    private readonly Thread[] _threads;
    private readonly ILogger _logger;
    private readonly Answerer _answerer;
    private readonly ConcurrentDictionary<string, RoomSeats> _rooms = new(StringComparer.Ordinal);
    private readonly DtlsIdentity _identity;
    private readonly DtlsContext _dtls;
    private readonly int _seatsPerShard;
    private readonly IPAddress _testAddress;
    private int _testPeers;

    private MediaEngine(MediaEngineOptions options, IMediaListener listener, ILogger logger)
    {
        _logger = logger;
        _testAddress = options.BindAddress ?? IPAddress.Loopback;
        _seatsPerShard = options.RoomSeatsPerShard;
        var now = TimeProvider.System.GetUtcNow();
        _identity = DtlsIdentity.Create(now);
        _dtls = new DtlsContext(_identity, DtlsRole.Server);
        var setup = new ShardSetup(_dtls, _identity, new NtpClock(now, MonotonicClock.Now), listener, logger)
        {
            CoalesceMicroseconds = options.CoalesceMicroseconds,
        };
        _answerer = new Answerer(setup, options.AnnouncedAddresses);
        _shards = [.. Enumerable.Range(0, options.Shards).Select(index => OpenShard(index, setup, options))];
        _threads = [.. _shards.Select(StartThread)];
    }

    /// <summary>Opens the sockets and starts the threads.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port is taken.</exception>
    public static MediaEngine Start(MediaEngineOptions options, IMediaListener listener, ILoggerFactory loggers) =>
        new(options, listener, loggers.CreateLogger("Sylk.Conference.Media"));

    /// <summary>UDP ports in order of shards.</summary>
    public ImmutableArray<int> UdpPorts => [.. _shards.Select(shard => shard.UdpPort)];

    internal IReadOnlyList<MediaShard> Shards => _shards;

    public MediaEngineStatistics Statistics => StatisticsReader.Read(_shards, _rooms.Count);

    public void TakeSamples(Action<MediaSample> take)
    {
        foreach (var shard in _shards)
            shard.Counters.Samples.Drain(take);
    }

    public async ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy)
    {
        var seats = _rooms.GetOrAdd(room, _ => new RoomSeats(LeastLoaded()));
        await seats.Growth.ConfigureAwait(false);
        foreach (var shard in seats.Shards)
        {
            var error = await Order(shard, (home, _) =>
            {
                var router = home.OpenRoom(room, policy);
                if (epoch < router.Epoch)
                    return Stale(router);
                router.Epoch = epoch;
                router.Policy = policy;
                return null;
            }).ConfigureAwait(false);
            if (error is not null)
                return error;
        }

        (seats.Epoch, seats.Policy) = (epoch, policy);
        return null;
    }

    public async ValueTask<MediaError?> CloseRoomAsync(string room, long epoch)
    {
        if (!_rooms.TryGetValue(room, out var seats))
            return NotOpen(room);
        // The home says whether the order is stale; then no seat is given any more, and the other shards follow.
        if (await Close(seats.Home).ConfigureAwait(false) is { } error)
            return error;
        _rooms.TryRemove(new KeyValuePair<string, RoomSeats>(room, seats));
        await seats.CloseAsync().ConfigureAwait(false);
        foreach (var shard in seats.Shards)
            if (shard != seats.Home)
                await Close(shard).ConfigureAwait(false);
        return null;

        ValueTask<MediaError?> Close(MediaShard shard) => InRoom(shard, room, epoch, (owner, router, now) =>
        {
            owner.CloseRoom(now, router);
            return null;
        });
    }

    public async ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer)
    {
        if (!SdpParser.TryParse(offer.Sdp, out var description, out var error))
            return PeerAnswer.Refused(MediaErrorCode.SdpInvalid, $"The offer cannot be read: {error.Code} in line {error.Line}.");
        if (!_rooms.TryGetValue(offer.Room, out var seats))
            return PeerAnswer.Refused(MediaErrorCode.RoomNotOpen, "The room has no media here.");

        var shard = seats.Take(offer.PeerId, _seatsPerShard, _shards, (known, added) => GrowAsync(offer.Room, seats, known, added));
        if (shard is null)
            return PeerAnswer.Refused(MediaErrorCode.RoomNotOpen, "The room has no media here.");
        await seats.Growth.ConfigureAwait(false);
        var (draft, isKnown) = await shard.Ask(now =>
        {
            var answer = _answerer.Answer(now, shard, offer, description);
            return (answer, shard.Rooms.TryGetValue(offer.Room, out var router) && router.FindPeer(offer.PeerId) is not null);
        }).ConfigureAwait(false);
        if (!isKnown)
            seats.Release(offer.PeerId);
        return draft.Complete();
    }

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) =>
        // We are ICE-lite: the client's checks tell us its addresses, its candidates only of what kind they are.
        OfPeer(room, epoch, peerId, (_, router, _) =>
        {
            if (router.FindPeer(peerId) is not { } peer)
                return Unknown(peerId);
            peer.Candidates.Add(candidates);
            return null;
        });

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId) => OfPeer(room, epoch, peerId, (_, router, now) =>
    {
        if (_rooms.TryGetValue(room, out var seats))
            seats.Release(peerId);
        if (router.FindPeer(peerId) is not { } peer)
            return Unknown(peerId);
        router.RemovePeer(now, peer);
        return null;
    });

    public async ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted)
    {
        if (!_rooms.TryGetValue(room, out var seats))
            return NotOpen(room);
        MediaError? error = null;
        foreach (var shard in seats.Shards)
        {
            error = await InRoom(shard, room, epoch, (_, router, now) =>
            {
                if (router.FindTrack(trackId) is not { Relayed: null } track)
                    return new MediaError(MediaErrorCode.TrackUnknown, $"There is no track {trackId}.");
                router.SetMuted(now, track, muted);
                return null;
            }).ConfigureAwait(false);
            if (error?.Code != MediaErrorCode.TrackUnknown)
                break; // found, or refused for another reason
        }

        return error;
    }

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) =>
        OfPeer(room, epoch, peerId, (_, router, now) =>
        {
            if (router.FindPeer(peerId) is not { } peer)
                return Unknown(peerId);
            router.SetView(now, peer, view);
            return null;
        });

    public ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report) =>
        OfPeer(room, epoch, peerId, (_, router, now) =>
        {
            if (router.FindPeer(peerId) is not { } peer)
                return Unknown(peerId);
            peer.Quality.Client.OnReport(now, report);
            return null;
        });

    public async ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId)
    {
        if (!_rooms.TryGetValue(room, out var seats))
            return null;
        var seat = seats.Find(peerId) ?? seats.Home; // who speaks without a connection has no seat
        var sheet = await seat.Ask(now => seat.Rooms.TryGetValue(room, out var router) && router.FindPeer(peerId) is { } peer
            ? new StatisticsSheet().AddAll(now, peer)
            : null).ConfigureAwait(false);
        if (sheet is null)
            return null;
        // What others publish on another shard of the room is known there.
        foreach (var shard in sheet.Elsewhere.Count == 0 ? [] : seats.Shards.Where(shard => shard != seat))
        {
            sheet = await shard.Ask(now => shard.Rooms.TryGetValue(room, out var router) ? sheet.AddElsewhere(now, router) : sheet).ConfigureAwait(false);
        }

        return sheet.Complete();
    }

    public async ValueTask<RoomMediaInventory?> InventoryAsync(string room)
    {
        RoomMediaInventory? all = null;
        if (!_rooms.TryGetValue(room, out var seats))
            return null;
        foreach (var shard in seats.Shards)
        {
            var part = await shard.Ask(_ => shard.Rooms.TryGetValue(room, out var router) ? StatisticsReader.Describe(router, shard.Index) : null)
                .ConfigureAwait(false);
            all = all is null || part is null ? all ?? part : all with { Peers = all.Peers.AddRange(part.Peers) };
        }

        return all;
    }

    public async ValueTask<LocalAudioOpened> OpenLocalAudioAsync(string room, long epoch)
    {
        if (!_rooms.TryGetValue(room, out var seats))
            return new LocalAudioOpened(NotOpen(room), null);
        return await seats.Home.Ask(now => !seats.Home.Rooms.TryGetValue(room, out var router) ? new LocalAudioOpened(NotOpen(room), null)
            : epoch < router.Epoch ? new LocalAudioOpened(Stale(router), null)
            : new LocalAudioOpened(null, seats.Home.OpenLocalAudio(now, router))).ConfigureAwait(false);
    }

    public async ValueTask<LocalVideoOpened> OpenLocalVideoAsync(string room, long epoch, string peerId)
    {
        if (!_rooms.TryGetValue(room, out var seats))
            return new LocalVideoOpened(NotOpen(room), null);
        return await seats.Home.Ask(now => !seats.Home.Rooms.TryGetValue(room, out var router) ? new LocalVideoOpened(NotOpen(room), null)
            : epoch < router.Epoch ? new LocalVideoOpened(Stale(router), null)
            : router.FindPeer(peerId)?.Voice is not { } voice ? new LocalVideoOpened(new MediaError(MediaErrorCode.PeerUnknown, peerId), null)
            : new LocalVideoOpened(null, seats.Home.OpenLocalVideo(now, voice))).ConfigureAwait(false);
    }

    public async ValueTask<PeerAnswer> TestNetworkAsync(string sdp)
    {
        if (!SdpParser.TryParse(sdp, out var description, out var error))
            return PeerAnswer.Refused(MediaErrorCode.SdpInvalid, $"The offer cannot be read: {error.Code} in line {error.Line}.");
        var shard = LeastLoaded();
        var id = $"test {Interlocked.Increment(ref _testPeers)}";
        var offer = new PeerOffer(TestRoom, 0, id, PeerKind.Whep, 0, sdp, [], [], AllowPublish: false);
        var draft = await shard.Ask(now =>
        {
            var room = shard.OpenRoom(TestRoom, RoomMediaPolicy.Default);
            var answer = _answerer.Answer(now, shard, offer, description);
            if (room.FindPeer(id) is { } peer)
            {
                peer.ExpiresAt = now.PlusMilliseconds(8000);
                peer.Echoes = true;
                shard.Deadlines.Refresh(peer);
            }

            return answer;
        }).ConfigureAwait(false);
        return draft.Complete();
    }

    public async ValueTask<ImmutableArray<SocketTest>> TestSocketsAsync(CancellationToken stop) =>
        [.. await Task.WhenAll(_shards.Select(shard => new SocketTesting(shard, TestRoom, _testAddress).RunAsync(stop))).ConfigureAwait(false)];

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards)
            shard.Stop();
        await Task.Run(() => Array.ForEach(_threads, thread => thread.Join(TimeSpan.FromSeconds(5)))).ConfigureAwait(false);
        _dtls.Dispose();
        _identity.Dispose();
    }

    private MediaShard OpenShard(int index, ShardSetup setup, MediaEngineOptions options)
    {
        var transport = DatagramTransport.Create(new DatagramTransportOptions(
            options.UdpPort == 0 ? 0 : options.UdpPort + index,
            options.TcpPort == 0 ? 0 : options.TcpPort + index,
            options.BindAddress,
            options.GenericSegmentation,
            options.GenericReceive));
        var shard = new MediaShard(index, setup, transport);
        Log.ShardListening(_logger, index, shard.UdpPort, shard.TcpPort);
        return shard;
    }

    private Thread StartThread(MediaShard shard)
    {
        shard.Counters.TurnedAt = MonotonicClock.Now.Nanoseconds;
        var thread = new Thread(() => RunShard(shard)) { Name = $"media {shard.Index}", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        thread.Start();
        return thread;
    }

    private void RunShard(MediaShard shard)
    {
        try
        {
            shard.Run();
        }
        catch (Exception fault)
        {
            // A shard's own state is broken: the supervisor restarts the process (reliability §1.5).
            Log.ShardFailed(_logger, fault, shard.Index);
            throw;
        }
    }

    private MediaShard LeastLoaded() => _shards.MinBy(shard => (shard.PeerCount, shard.Rooms.Count))!;

    /// <summary>The room is to live on one more shard: opened there, then each is told of the other.</summary>
    private async Task GrowAsync(string room, RoomSeats seats, MediaShard[] known, MediaShard added)
    {
        Log.RoomGrows(_logger, room, added.Index);
        await Order(added, (shard, now) =>
        {
            var router = shard.OpenRoom(room, seats.Policy);
            router.Epoch = seats.Epoch;
            foreach (var other in known)
                shard.JoinShards(now, router, other.Index, other == seats.Home);
            return null;
        }).ConfigureAwait(false);
        foreach (var other in known)
        {
            await Order(other, (shard, now) =>
            {
                if (shard.Rooms.TryGetValue(room, out var router))
                    shard.JoinShards(now, router, added.Index, isHome: false);
                return null;
            }).ConfigureAwait(false);
        }
    }

    /// <summary>On the shard where the peer has its seat; a peer without one is nobody's, which the home says.</summary>
    private ValueTask<MediaError?> OfPeer(string room, long epoch, string peerId, Func<MediaShard, RoomRouter, Instant, MediaError?> act) =>
        _rooms.TryGetValue(room, out var seats)
            ? InRoom(seats.Find(peerId) ?? seats.Home, room, epoch, act)
            : ValueTask.FromResult<MediaError?>(NotOpen(room));

    private static ValueTask<MediaError?> InRoom(
        MediaShard shard, string room, long epoch, Func<MediaShard, RoomRouter, Instant, MediaError?> act) =>
        Order(shard, (home, now) => !home.Rooms.TryGetValue(room, out var router) ? NotOpen(room)
            : epoch < router.Epoch ? Stale(router)
            : act(home, router, now));

    private static async ValueTask<MediaError?> Order(MediaShard shard, Func<MediaShard, Instant, MediaError?> act) =>
        await shard.Ask(now => act(shard, now)).ConfigureAwait(false);

    private static MediaError NotOpen(string room) => new(MediaErrorCode.RoomNotOpen, $"Room {room} has no media here.");

    private static MediaError Stale(RoomRouter router) => new(MediaErrorCode.StaleEpoch, $"The room is at epoch {router.Epoch}.");

    private static MediaError Unknown(string peerId) => new(MediaErrorCode.PeerUnknown, $"There is no peer {peerId}.");
}
