using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class QualityTests
{
    [Fact(DisplayName = "7.4 Quality: 10 % loss towards a viewer lowers the score with its cause, recovery raises it, nothing flaps")]
    public void Loss_on_the_way_down()
    {
        using var call = new BadNetwork(11, people: 2);
        var link = new ShapedLink(3) { DelayMs = 20 };
        call.Watch("viewer", link);
        call.Run(12);
        Assert.Empty(Said(call, "viewer"));

        link.Loss = 0.1;
        call.Run(20);
        var worst = Said(call, "viewer").Last(item => item.Direction == FlowDirection.Transmit);
        Assert.True(worst is { Score: <= 3, Cause: QualityCause.Loss }, $"{worst}");
        Assert.All(Said(call, "viewer"), item => Assert.True(item.Direction == FlowDirection.Transmit || item.Score == 5, $"{item}"));

        link.Loss = 0;
        call.Run(60);
        var end = Said(call, "viewer").Last(item => item.Direction == FlowDirection.Transmit);
        Assert.Equal((5, QualityCause.None), (end.Score, end.Cause));
        Assert.InRange(call.World.Listener.Signals.OfType<QualityChanged>().Count(), 2, 14);
        Assert.Empty(Said(call, "person0"));
    }

    [Fact]
    public void Loss_on_the_way_up_is_the_publishers_and_is_seen_in_the_sheet()
    {
        using var call = new BadNetwork(12, people: 2);
        var link = new ShapedLink(4) { DelayMs = 20, Loss = 0.2 };
        call.World.Network.ShapeFrom(call.People[1].Address, link);
        call.Run(15);
        var last = Said(call, "person1").Last(item => item.Direction == FlowDirection.Receive);
        Assert.True(last is { Score: <= 2, Cause: QualityCause.Loss }, $"{last}");

        var sheet = SheetOf(call, "person0");
        Assert.Contains(sheet.Lines, line => line is { PeerId: "person1", Direction: FlowDirection.Receive, Kind: TrackKind.Audio, LossPercent: > 10 and < 30 });
        var shown = sheet.Lines.Single(line => line is { PeerId: "person1", Direction: FlowDirection.Transmit, Kind: TrackKind.Video });
        Assert.True(shown is { LossPercent: < 1, Layers: 3, RoundTripMs: > 10 }, $"{shown}");
        var own = sheet.Lines.Single(line => line is { PeerId: "person0", Kind: TrackKind.Audio });
        Assert.InRange(own.BitrateBps, 20_000, 80_000);
        Assert.Contains(sheet.Scores, item => item is { PeerId: "person1", Direction: FlowDirection.Receive, Score: <= 2 });
    }

    [Fact]
    public void A_link_that_carries_too_little_is_named()
    {
        using var call = new BadNetwork(13, people: 3);
        call.Watch("viewer", new ShapedLink(5) { Capacity = 300_000 });
        call.Run(40);
        var last = Said(call, "viewer").Last(item => item.Direction == FlowDirection.Transmit);
        Assert.True(last is { Score: <= 3, Cause: QualityCause.Bandwidth }, $"{last}");
    }

    [Fact]
    public void What_only_the_client_knows_goes_into_its_score_and_wears_off()
    {
        using var call = new BadNetwork(14, people: 2);
        var viewer = call.Watch("viewer", new ShapedLink(6));
        call.Run(12);
        var peer = call.World.Shard.Rooms[World.Room].FindPeer("viewer")!;
        var mid = viewer.Sees(call.People[0])!.Mid;
        peer.Quality.Client.OnReport(call.World.Now, new ClientReport(false, false, [new(mid, 2)]));
        call.Run(6);
        Assert.Equal(5, peer.Quality.Down.Score);
        peer.Quality.Client.OnReport(call.World.Now, new ClientReport(false, false, [new(mid, 6)]));
        call.Run(6);
        Assert.True(peer.Quality.Down is { Score: <= 3, Cause: QualityCause.Freeze }, $"{peer.Quality.Down.Score} {peer.Quality.Down.Cause}");
        Assert.Equal(6, SheetOf(call, "viewer").Lines.Single(line => line.Mid == mid && line.Direction == FlowDirection.Transmit).Freezes);

        var person = call.World.Shard.Rooms[World.Room].FindPeer("person0")!;
        person.Quality.Client.OnReport(call.World.Now, new ClientReport(CpuLimited: true, false, []));
        call.Run(6);
        Assert.Equal((4, QualityCause.Cpu), (person.Quality.Up.Score, person.Quality.Up.Cause));
        call.Run(60);
        Assert.Equal((5, 5), (person.Quality.Up.Score, peer.Quality.Down.Score));
    }

    [Fact]
    public void A_newcomer_is_told_who_is_not_well()
    {
        using var call = new BadNetwork(15, people: 2);
        call.World.Network.ShapeFrom(call.People[1].Address, new ShapedLink(4) { Loss = 0.3 });
        call.Run(20);
        call.World.Listener.Signals.Clear();
        call.Watch("late", new ShapedLink(8));
        call.Run(4);
        Assert.Contains(Said(call, "person1"), item => item.Direction == FlowDirection.Receive && item.Score <= 2);
    }

    private static List<QualityItem> Said(BadNetwork call, string peer) =>
        [.. call.World.Listener.Signals.OfType<QualityChanged>().SelectMany(signal => signal.Items).Where(item => item.PeerId == peer)];

    private static PeerStatistics SheetOf(BadNetwork call, string peer) =>
        new StatisticsSheet().AddAll(call.World.Now, call.World.Shard.Rooms[World.Room].FindPeer(peer)!).Complete();
}
