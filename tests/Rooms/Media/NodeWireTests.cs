using System.Text;
using System.Text.Json;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public class NodeWireTests
{
    public static TheoryData<string> Requests => [.. Samples.Keys];

    private static readonly Dictionary<string, NodeRequest> Samples = new NodeRequest[]
    {
        new OpenMedia("standup", 7, RoomMediaPolicy.Default),
        new CloseMedia("standup", 7),
        new Negotiation(
            new PeerOffer("standup", 7, "pt_1", PeerKind.Web, 3, "v=0\r\n", [new("0", "tr_1", TrackSource.Camera, Simulcast: true)], ["4"]), "nd_1"),
        new OfferOf("standup", 7, "pt_1"),
        new CandidatesFor("standup", 7, "pt_1", ["candidate:1 1 udp 1 192.0.2.1 1 typ host"]),
        new ClosePeer("standup", 7, "pt_1"),
        new MuteTrack("standup", 7, "tr_1", true),
        new ViewFor("standup", 7, "pt_1", new PeerView(2, [new("5", WishKind.Track, "tr_1", 0, 640, 360, 5)], default, false)),
        new ReportOf("standup", 7, "pt_1", new ClientReport(true, false, [new("5", 2)])),
        new StatisticsOf("standup", "pt_1"),
        new InventoryOf("standup"),
        new Attendance("standup", "pt_1", "nd_1"),
        new OrderToNode(new NodeOrder(true, 1000, "update")),
        new LegStep(new LegOffer("standup", 7, "pt_1", "v=0", IsAnswer: true, "192.0.2.1", IsSecureHop: true, LegEncryption.Require) { OffersVideo = true }, "nd_1"),
        new LegCommand(new PlayPrompts("standup", 7, "pt_1", ["welcome", "number:3"], "de", "p1")),
        new LegEnd("standup", 7, "pt_1"),
    }.ToDictionary(request => request.GetType().Name);

    [Theory(DisplayName = "What one node asks of another arrives as it was said, absent lists included")]
    [MemberData(nameof(Requests))]
    public void RequestsArrive(string name)
    {
        var bytes = NodeWire.Write(Samples[name]);
        var read = NodeWire.Read<NodeRequest>(bytes)!;
        Assert.Equal(Samples[name].GetType(), read.GetType());
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(NodeWire.Write(read)));
    }

    [Fact(DisplayName = "A list that was absent is absent on the other side, an empty one empty")]
    public void AbsentIsNotEmpty()
    {
        var absent = NodeWire.Read<PeerView>(NodeWire.Write(new PeerView(1, [], default, true)))!;
        Assert.Equal((true, false, 0), (absent.AudioOnly.IsDefault, absent.Slots.IsDefault, absent.Slots.Length));
    }

    [Fact(DisplayName = "Every kind of request is on the list of what is read (TA-04); anything else is refused")]
    public void NothingElseIsRead()
    {
        var kinds = typeof(NodeRequest).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(NodeRequest)));
        Assert.Equal(kinds.Select(type => type.Name).Order(), Samples.Keys.Order());
        Assert.ThrowsAny<JsonException>(() => NodeWire.Read<NodeRequest>("""{"$type":"System.Object"}"""u8.ToArray()));
    }

    public static TheoryData<LegOrder> Orders =>
    [
        new EnterMix("standup", 7, "pt_1", "tr_1", Muted: true), new PlayPrompts("standup", 7, "pt_1", ["a"], "en", "p1"),
        new StopPrompts("standup", 7, "pt_1"), new PlayToPhones("standup", 7, "pt_1", ["a", "b"], "en"), new SetMusic("standup", 7, "pt_1", On: true),
        new SetLegMuted("standup", 7, "pt_1", Muted: true), new SetLegVolume("standup", 7, "pt_1", -4), new SendDigits("standup", 7, "pt_1", "1#"),
        new HoldLeg("standup", 7, "pt_1", On: true),
        new EnterVideo("standup", 7, "pt_1", "tr_1", Muted: true), new PreferTracks("standup", 7, "pt_1", ["tr_2"]), new RefreshPicture("standup", 7, "pt_1"),
    ];

    public static TheoryData<LegEvent> Happenings =>
    [
        new LegDigit("standup", "pt_1", '#'), new LegPromptsEnded("standup", "pt_1", "p1"), new LegHeard("standup", "pt_1"),
        new LegSilent("standup", "pt_1", 60), new LegFailed("standup", "pt_1", "no DTLS"), new LegTalksMuted("standup", "pt_1"), new LegWantsPicture("standup", "pt_1"),
    ];

    [Theory(DisplayName = "Orders to a leg on another node arrive as they were given")]
    [MemberData(nameof(Orders))]
    public void OrdersArrive(LegOrder order)
    {
        var read = Assert.IsType<LegCommand>(NodeWire.Read<NodeRequest>(NodeWire.Write<NodeRequest>(new LegCommand(order)))).Order;
        Assert.Equal(order.GetType(), read.GetType());
        Assert.Equal(Encoding.UTF8.GetString(NodeWire.Write(order)), Encoding.UTF8.GetString(NodeWire.Write(read)));
    }

    [Theory(DisplayName = "What happens on a leg is told to another node as it was")]
    [MemberData(nameof(Happenings))]
    public void HappeningsArrive(LegEvent happened) => Assert.Equal(happened, NodeWire.Read<LegEvent>(NodeWire.Write(happened)));

    [Fact(DisplayName = "No order and no happening is missing above")]
    public void NoneIsMissing()
    {
        string[] Kinds(Type of) => [.. of.Assembly.GetTypes().Where(type => type.IsSubclassOf(of)).Select(type => type.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(Kinds(typeof(LegOrder)), Orders.Select(row => row.Data.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(Kinds(typeof(LegEvent)), Happenings.Select(row => row.Data.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "Signals keep their kind and the epoch of the home they come from")]
    public void SignalsArrive()
    {
        var outlet = new Outlet();
        NodeWire.Read<SignalBatch>(NodeWire.Write(SignalBatch.Of(
        [
            new SlotsChanged("standup", "pt_1", [new("5", "tr_1", "pt_2", SlotPhase.Live, null)]) { Epoch = 9 },
            new SpeakersChanged("standup", "pt_2", [new("pt_2", 60)]) { Epoch = 9 },
            new PublishHinted("standup", "pt_1", "tr_1", ["l"], 180, 150_000) { Epoch = 9 },
            new QualityChanged("standup", [new("pt_1", FlowDirection.Receive, 4, QualityCause.Loss)]) { Epoch = 9 },
        ])))!.Deliver(outlet);
        Assert.Equal(["SlotsChanged", "PublishHinted", "SpeakersChanged", "QualityChanged"], outlet.Heard.Select(signal => signal.GetType().Name));
        Assert.All(outlet.Heard, signal => Assert.Equal(9, signal.Epoch));
        Assert.Equal("tr_1", Assert.IsType<SlotsChanged>(outlet.Heard[0]).Slots.Single().TrackId);
    }

    [Fact(DisplayName = "Of two homes that speak at once only the newer one is believed")]
    public async Task OlderHomesAreNotHeard()
    {
        using var feed = new RoomFeed();
        var listener = new FeedListener("c1");
        listener.Bind("pt_1");
        feed.Add(listener);
        feed.Signal(new SlotsChanged("standup", "pt_1", [new("5", "tr_new", "pt_2", SlotPhase.Live, null)]) { Epoch = 9 });
        feed.Signal(new SlotsChanged("standup", "pt_1", [new("5", null, null, SlotPhase.Paused, null)]) { Epoch = 8 });
        var heard = new List<FeedEnvelope>();
        await listener.TakeAsync(heard, CancellationToken.None);
        var slots = Assert.IsType<SlotsChanged>(Assert.Single(heard).Content);
        Assert.Equal(("tr_new", 9L), (slots.Slots.Single().TrackId, slots.Epoch));
    }

    private sealed class Outlet : ISignalOutlet
    {
        public List<MediaSignal> Heard { get; } = [];

        public void Signal(MediaSignal signal) => Heard.Add(signal);
    }
}
