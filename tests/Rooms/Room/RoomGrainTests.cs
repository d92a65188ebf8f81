using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>The room as it runs: in a silo, with its feed and its media orders.</summary>
public sealed class RoomGrainTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly FakeMediaEngine _engine = new();
    private IHost _host = null!;

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private RoomFeedHub Feeds => _host.Services.GetRequiredService<RoomFeedHub>();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Orleans", LogLevel.None);
        builder.Services.AddSingleton(RoomsSettings.Default);
        builder.Services.AddSingleton(new RoomClock(_time));
        builder.Services.AddSingleton<IMediaEngine>(_engine);
        builder.AddRooms("nd_test");
        _host = builder.Build();
        _engine.Listener = _host.Services.GetRequiredService<MediaReports>();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task Joining_opens_the_media_room_and_hands_out_a_ticket()
    {
        var joined = await Join("alpha", "pt_1");
        Assert.Equal(("nd_test", _engine.EpochOf("alpha")), (joined.Ticket!.Node, joined.Ticket.Epoch));
        await Join("alpha", "pt_2");
        Assert.Single(_engine.Orders, "open alpha");
    }

    [Fact]
    public async Task Listeners_hear_of_others_and_of_media_in_one_order()
    {
        var ear = Listen("beta", "pt_1");
        var joined = await Join("beta", "pt_1");
        await Join("beta", "pt_2");
        _engine.Listener!.OnFact(new TrackStarted("beta", joined.Ticket!.Epoch, "pt_2", "tr_9", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        var items = await ear.Until(item => item is TrackAppeared);
        Assert.Equal([1L, 2L, 3L], items.Select(item => item.Rev));
    }

    [Fact]
    public async Task A_fact_from_an_older_epoch_is_not_believed()
    {
        var joined = await Join("gamma", "pt_1");
        _engine.Listener!.OnFact(new TrackStarted("gamma", joined.Ticket!.Epoch - 1, "pt_1", "tr_old", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        _engine.Listener!.OnFact(new TrackStarted("gamma", joined.Ticket.Epoch, "pt_1", "tr_new", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        var ear = Listen("gamma", "pt_2");
        await Join("gamma", "pt_2");
        await Room("gamma").Do(new UpdateSelf("pt_2", "done", null, null, null));
        await ear.Until(item => item is Updated);
        var snapshot = await WhenTracked("gamma");
        Assert.Equal(["tr_new"], snapshot.Tracks.Select(track => track.TrackId));
    }

    [Fact(DisplayName = "B8.1 The grain's own alarm removes the vanished and closes their media")]
    public async Task The_alarm_removes_the_vanished()
    {
        var ear = Listen("delta", "pt_1");
        await Join("delta", "pt_1");
        await Join("delta", "pt_2");
        await Room("delta").Do(new LoseConnection("pt_2", "c-pt_2"));
        await ear.Until(item => item is Updated { Participant.State: ParticipantState.Reconnecting });
        _time.Advance(TimeSpan.FromSeconds(30));
        await ear.Until(item => item is Departed { ParticipantId: "pt_2", Reason: "timeout" });
        await Room("delta").Snapshot();
        Assert.Contains("gone pt_2", _engine.Orders);
    }

    [Fact]
    public async Task An_ended_room_closes_its_media_and_can_be_opened_again()
    {
        var first = await Join("epsilon", "pt_1");
        await Room("epsilon").Do(new EndRoom("pt_1", null));
        Assert.Contains("close epsilon", _engine.Orders);
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await Join("epsilon", "pt_2");
        Assert.NotEqual(first.SessionId, second.SessionId);
        Assert.True(second.Ticket!.Epoch > first.Ticket!.Epoch);
    }

    [Fact]
    public async Task Muting_reaches_the_media_engine()
    {
        await Join("zeta", "pt_1", new TrackDeclaration("0", TrackSource.Microphone));
        var track = Ids.TrackOf("pt_1", "0", "Microphone");
        Assert.Null(await Room("zeta").Do(new SetTrackMuted("pt_1", track, true)));
        Assert.Contains($"mute {track} True", _engine.Orders);
    }

    [Fact]
    public async Task A_page_that_closes_leaves_by_its_key_and_by_no_other()
    {
        await Join("eta", "pt_1");
        Assert.False(await Room("eta").LeaveByKey("pt_1", "wrong"));
        Assert.True(await Room("eta").LeaveByKey("pt_1", "key-pt_1"));
        Assert.False(await Room("eta").LeaveByKey("pt_1", "key-pt_1"));
    }

    [Fact]
    public async Task A_room_knows_whose_secret_it_is_while_they_are_inside()
    {
        await Join("theta", "pt_1");
        Assert.Equal("pt_1", await Room("theta").HolderOf("key-pt_1"));
        Assert.Null(await Room("theta").HolderOf("key-pt_2"));
        Assert.Null(await Room("iota").HolderOf("key-pt_1"));
        await Room("theta").Do(new Leave("pt_1"));
        Assert.Null(await Room("theta").HolderOf("key-pt_1"));
    }

    private IRoomGrain Room(string name) => Grains.GetGrain<IRoomGrain>(name);

    private FeedListener Listen(string room, string participant)
    {
        var listener = new FeedListener($"c-{participant}");
        listener.Bind(participant);
        Feeds.Listen(room, listener);
        return listener;
    }

    private async Task<JoinOutcome> Join(string room, string id, params TrackDeclaration[] publish)
    {
        var outcome = await Room(room).Join(new JoinRequest
        {
            ParticipantId = id,
            Kind = ParticipantKind.Web,
            DisplayName = id,
            ConnectionId = $"c-{id}",
            ResumeKey = $"key-{id}",
            Publish = [.. publish],
            Node = "nd_test",
            Feed = Feeds.Reference,
            WantSnapshot = true,
        });
        Assert.Null(outcome.Refusal);
        return outcome;
    }

    private async Task<RoomSnapshot> WhenTracked(string room)
    {
        while (true)
        {
            var snapshot = (await Room(room).Snapshot())!;
            if (snapshot.Tracks.Length > 0)
                return snapshot;
            await Task.Yield();
        }
    }
}
