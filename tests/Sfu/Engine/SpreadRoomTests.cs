using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Protocols.Sdp;
using HeadlessOffer = Sylk.Conference.Headless.Peers.PeerOffer;

namespace Sylk.Conference.Sfu.Tests.Engine;

/// <summary>A room larger than one shard of a running engine, over sockets of this machine.</summary>
public sealed class SpreadRoomTests
{
    private const string Room = "large";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact(DisplayName = "A room beyond its seats on one shard goes on on the next: everybody gets everything, each packet crosses once")]
    public async Task Grows()
    {
        await using var engine = Start(shards: 2, seats: 3);
        using var identity = new PeerIdentity(TimeProvider.System);
        await engine.OpenRoomAsync(Room, 1, RoomMediaPolicy.Default);
        var publisher = new Publisher(new PublishPlan(500_000), TimeProvider.System);
        using var source = new HeadlessClient(identity, publisher);
        await JoinAsync(engine, source, "source", PeerKind.Whip);
        var players = Enumerable.Range(0, 5).Select(_ => new HeadlessClient(identity, null)).ToArray();
        for (var i = 0; i < players.Length; i++)
            await JoinAsync(engine, players[i], $"player{i}", PeerKind.Whep);

        var inventory = await engine.InventoryAsync(Room);
        Assert.Equal(6, inventory!.Peers.Length);
        Assert.Equal(6, engine.Statistics.Peers);
        Assert.Equal(1, engine.Statistics.Rooms);
        Assert.Equal(["source"], inventory.Peers.Where(peer => peer.Tracks.Length > 0).Select(peer => peer.PeerId));

        using var stop = new CancellationTokenSource(Patience);
        var threads = players.Append(source).Select(client => Drive(client, stop.Token)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => players.All(player => Video(player).Received > 300), Patience), Describe(players));
        var relayed = engine.Statistics.PacketsRelayed;
        var mute = await engine.SetTrackMutedAsync(Room, 1, inventory.Peers.Single(peer => peer.PeerId == "source").Tracks.Single(track => track.Kind == TrackKind.Video).TrackId, true);
        Assert.Null(mute);
        await stop.CancelAsync();
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(players, player => Assert.InRange(Video(player).Lost, 0, Video(player).Received / 20));
        Assert.InRange(relayed, 300, engine.Statistics.PacketsReceived);
        Array.ForEach(players, player => player.Dispose());
    }

    [Fact(DisplayName = "A peer keeps its seat and its shard; a closed one frees it; a closed room leaves nothing on any shard")]
    public async Task Seats()
    {
        await using var engine = Start(shards: 2, seats: 2);
        using var identity = new PeerIdentity(TimeProvider.System);
        await engine.OpenRoomAsync(Room, 1, RoomMediaPolicy.Default);
        var clients = Enumerable.Range(0, 6).Select(_ => new HeadlessClient(identity, null)).ToArray();
        var ports = new List<int>();
        for (var i = 0; i < 5; i++)
            ports.Add(await JoinAsync(engine, clients[i], $"p{i}", PeerKind.Whep));
        Assert.Equal(ports[0], ports[1]);
        Assert.Equal(ports[2], ports[3]);
        Assert.NotEqual(ports[0], ports[2]);

        Assert.Null(await engine.ClosePeerAsync(Room, 1, "p1"));
        Assert.Equal(MediaErrorCode.PeerUnknown, (await engine.ClosePeerAsync(Room, 1, "p1"))!.Code);
        Assert.Null(await engine.ClosePeerAsync(Room, 1, "p4"));
        Assert.Equal(ports[0], await JoinAsync(engine, clients[5], "p5", PeerKind.Whep));
        Assert.Null(await engine.SetViewAsync(Room, 1, "p3", new PeerView(1, [], [], true)));

        Assert.Null(await engine.OpenRoomAsync(Room, 3, RoomMediaPolicy.Default));
        Assert.Equal(MediaErrorCode.StaleEpoch, (await engine.CloseRoomAsync(Room, 2))!.Code);
        Assert.Equal(MediaErrorCode.StaleEpoch, (await engine.ClosePeerAsync(Room, 2, "p3"))!.Code);
        Assert.Null(await engine.CloseRoomAsync(Room, 3));
        Assert.Equal(0, engine.Statistics.Peers);
        Assert.Equal(0, engine.Statistics.Rooms);
        Assert.Null(await engine.InventoryAsync(Room));
        Array.ForEach(clients, client => client.Dispose());
    }

    private static MediaEngine Start(int shards, int seats) => MediaEngine.Start(
        new MediaEngineOptions { UdpPort = 0, TcpPort = 0, Shards = shards, RoomSeatsPerShard = seats }, new Nobody(), NullLoggerFactory.Instance);

    /// <returns>The port of the shard that answered.</returns>
    private static async Task<int> JoinAsync(MediaEngine engine, HeadlessClient client, string id, PeerKind kind)
    {
        var description = HeadlessOffer.Create(client.Peer, client.Publisher?.Ssrcs ?? default, kind == PeerKind.Whep ? 1 : 0, kind == PeerKind.Whep ? 1 : 0);
        var answer = await engine.NegotiateAsync(new PeerOffer(Room, 1, id, kind, 1, SdpPrinter.Print(description), [], [], kind == PeerKind.Whip));
        Assert.Null(answer.Error);
        Assert.True(SdpParser.TryParse(answer.Sdp, out var answered, out _));
        Assert.True(client.Peer.Accept(Headless.Peers.MonotonicClock.Now, answered));
        return int.Parse(answered.Media[0].Candidates[0].Split(' ')[5], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Thread Drive(HeadlessClient client, CancellationToken stop)
    {
        var thread = new Thread(() => client.Run(Patience, stop)) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static (long Received, long Lost) Video(HeadlessClient player)
    {
        var slots = player.Receiver.Slots.Where(slot => slot is { IsAudio: false, IsRepair: false }).ToArray();
        return (slots.Sum(slot => slot.Counter.Received), slots.Sum(slot => slot.Counter.Lost));
    }

    private static string Describe(HeadlessClient[] players) => string.Join(", ", players.Select(player => $"{player.Peer.State} {Video(player)}"));

    /// <summary>Shards report from their own threads; nobody listens here.</summary>
    private sealed class Nobody : IMediaListener
    {
        public void OnFact(MediaFact fact)
        {
        }

        public void OnSignal(MediaSignal signal)
        {
        }
    }
}
