using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>Rooms with a store: committed first, true afterwards, and there again after a restart.</summary>
public sealed class KeptRoomTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly WeakStore _store = new(new MemoryRoomStore());
    private FakeMediaEngine _engine = null!;
    private IHost _host = null!;

    private RoomFeedHub Feeds => _host.Services.GetRequiredService<RoomFeedHub>();

    public async ValueTask InitializeAsync() => await StartAsync("nd_1");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task An_order_is_one_commit_and_what_is_only_told_is_none()
    {
        await Join("a", "pt_1");
        Assert.Single(_store.Commits);
        Assert.Null(await Room("a").Do(new UpdateSelf("pt_1", null, true, null, null)));
        Assert.Equal(2, _store.Commits.Count);
        Assert.Null(await Room("a").Do(new SetTyping("pt_1", true, null)));
        Assert.Null(await Room("a").Do(new React("pt_1", "👍")));
        Assert.Equal(2, _store.Commits.Count);
        Assert.Null((await Room("a").PostChat(Line("pt_1", "one"))).Refusal);
        Assert.Equal("message.created", Assert.Single(_store.Commits[2].Events).Type);
        Assert.Equal(1, Assert.Single(_store.Commits[2].Messages).Sequence);
    }

    [Fact(DisplayName = "F-07 While the store is away orders are refused as overloaded, unheard and without effect")]
    public async Task Orders_are_refused_while_the_store_is_away()
    {
        await Join("a", "pt_1");
        await Room("a").PostChat(Line("pt_1", "one"));
        var ear = Listen("a", "pt_1");
        _store.Away = true;
        Assert.Equal(ErrorCodes.Overloaded, (await Room("a").PostChat(Line("pt_1", "two"))).Refusal!.Code);
        Assert.Equal(ErrorCodes.Overloaded, (await Room("a").Do(new UpdateRoom("pt_1") { Locked = true }))!.Code);
        Assert.Equal(ErrorCodes.Overloaded, await Room("b").Lobby().Code());
        _store.Away = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await Room("a").PostChat(Line("pt_1", "two"))).Message!.Sequence);
        Assert.False((await Room("a").Describe()).Config!.Access.Locked);
        var heard = await ear.Until(item => item is ChatSaid { Message.ClientId: "two" });
        Assert.DoesNotContain(heard, item => item is RoomChanged);
    }

    [Fact(DisplayName = "F-07 People come into a live room and leave while the store is away, and it is written when it is back")]
    public async Task People_come_and_go_while_the_store_is_away()
    {
        await Join("a", "pt_1");
        await Join("a", "pt_2");
        _store.Away = true;
        await Join("a", "pt_3");
        Assert.Null(await Room("a").Do(new Leave("pt_2")));
        Assert.Equal(["pt_1", "pt_3"], (await Room("a").Snapshot())!.Participants.Select(one => one.Id));
        _store.Away = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Room("a").Tick();
        await RestartAsync();
        Assert.Equal(["pt_1", "pt_3"], (await Room("a").Snapshot())!.Participants.Select(one => one.Id));
    }

    [Fact(DisplayName = "F-08 A line that was written although nobody heard so is there once, and its sender hears of it on trying again")]
    public async Task A_line_without_an_answer_is_there_once()
    {
        await Join("a", "pt_1");
        _store.Mute = true;
        Assert.Equal(ErrorCodes.Overloaded, (await Room("a").PostChat(Line("pt_1", "one"))).Refusal!.Code);
        _store.Mute = false;
        var again = await Room("a").PostChat(Line("pt_1", "one"));
        Assert.Equal((null, 1), (again.Refusal, again.Message!.Sequence));
        Assert.Equal(2, (await Room("a").PostChat(Line("pt_1", "two"))).Message!.Sequence);
        Assert.Equal(["one", "two"], (await Room("a").LoadChat(new("pt_1", null, 10))).Messages.Select(line => line.ClientId));
    }

    [Fact(DisplayName = "F-08 A join that was written although it was refused leaves nobody behind")]
    public async Task A_join_without_an_answer_leaves_nobody_behind()
    {
        await Room("a").Lobby();
        _store.Mute = true;
        Assert.Equal(ErrorCodes.Overloaded, (await Room("a").Join(Request("a", "pt_1"))).Refusal!.Code);
        Assert.Equal(["open a", "close a"], _engine.Orders);
        _store.Mute = false;
        await Join("a", "pt_2");
        Assert.Equal(
            [("pt_1", ParticipantState.Reconnecting), ("pt_2", ParticipantState.Active)],
            (await Room("a").Snapshot())!.Participants.Select(one => (one.Id, one.State)));
        _time.Advance(RoomsSettings.ResumeWindow);
        await Room("a").Tick();
        Assert.Equal(["pt_2"], (await Room("a").Snapshot())!.Participants.Select(one => one.Id));
    }

    [Fact(DisplayName = "F-02 After a restart everybody has their seat, role and number, and comes back with their key")]
    public async Task A_restart_keeps_the_seats()
    {
        var first = await Join("a", "pt_1");
        await Join("a", "pt_2");
        await Room("a").Do(new SetRole("pt_1", "pt_2", ParticipantRole.Listener));
        await Room("a").PostChat(Line("pt_1", "one"));
        var before = (await Room("a").Snapshot())!.Rev;
        await RestartAsync();
        var people = (await Room("a").Snapshot())!;
        Assert.True(people.Rev > before && people.Rev < 1L << 53);
        Assert.All(people.Participants, one => Assert.Equal(ParticipantState.Reconnecting, one.State));
        var back = await Room("a").Resume(new(first.SessionId, "key-pt_1", "key-2", "c-new", "nd_2", Feeds.Reference, []));
        Assert.Equal((null, "pt_1", ParticipantRole.Moderator), (back!.Refusal, back.Self!.Id, back.Self.Role));
        Assert.Equal("nd_2", back.Ticket!.Node);
        Assert.True(back.Ticket.Epoch > first.Ticket!.Epoch);
        Assert.Equal("one", Assert.Single(back.Snapshot!.Chat).ClientId);
        Assert.Equal(2, (await Room("a").PostChat(Line("pt_1", "two"))).Message!.Sequence);
        _time.Advance(RoomsSettings.ResumeWindow);
        await Room("a").Tick();
        Assert.Equal(["pt_1"], (await Room("a").Snapshot())!.Participants.Select(one => one.Id));
    }

    [Fact(DisplayName = "F-05 A room that comes up elsewhere keeps those whose pages are still connected, inside and before the door")]
    public async Task Pages_that_are_still_connected_stay()
    {
        await Room("a").Configure(new CreateRoom(new RoomConfig { Id = "rm_1", Name = "a", CreatedAt = _time.GetUtcNow(), Access = new() { WaitingRoom = true } }));
        await Room("a").Join(Request("a", "pt_1") with { Role = ParticipantRole.Moderator });
        Assert.True((await Room("a").Join(Request("a", "pt_2"))).Waiting);
        Assert.True((await Room("a").Join(Request("a", "pt_3"))).Waiting);
        await RestartAsync();
        await Room("a").Attend("nd_1", Feeds.Reference, "nd_gone", [new("pt_1", "c-pt_1"), new("pt_2", "c-pt_2"), new("pt_3", "an older connection")]);
        _time.Advance(RoomsSettings.ResumeWindow);
        await Room("a").Tick();
        var report = await Room("a").Describe();
        Assert.Equal(("pt_1", "pt_2"), (Assert.Single(report.Snapshot!.Participants).Id, Assert.Single(report.Waiting).Id));
    }

    [Fact(DisplayName = "F-02 A room nobody comes back to ends, and its history says so")]
    public async Task A_room_nobody_comes_back_to_ends()
    {
        await Join("a", "pt_1");
        await RestartAsync();
        for (var second = 0; second < 60; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Room("a").Lobby();
        }
        Assert.Null((await Room("a").Describe()).SessionId);
        var session = Assert.Single((await _store.SessionsAsync("a", null, 10)).Items);
        Assert.Equal(("Everybody has left.", 1), (session.EndReason, session.Participants));
        Assert.Equal(RoomLoadStatus.Absent, (await _store.LoadAsync("a")).Status);
    }

    [Fact]
    public async Task Settings_invitations_and_bans_outlive_the_process()
    {
        await Room("a").Configure(new CreateRoom(new RoomConfig { Id = "rm_1", Name = "a", Permanent = true, Title = "Stand-up", CreatedAt = _time.GetUtcNow() }));
        await Room("a").Configure(new CreateInvite(new Invite { Id = "inv_1", CreatedAt = _time.GetUtcNow(), MaxUses = 3 }));
        await Join("a", "pt_1");
        await Room("a").Join(Request("a", "pt_2") with { Identity = "eve" });
        Assert.Null(await Room("a").Do(new Remove(Moderation.Api, "pt_2", BanLength.Day, null)));
        await RestartAsync();
        Assert.Equal(("Stand-up", "rm_1"), ((await Room("a").Describe()).Config!.Title, (await Room("a").Describe()).Config!.Id));
        Assert.Equal(3, Assert.Single(await Room("a").Invites()).MaxUses);
        Assert.Equal(ErrorCodes.Banned, (await Room("a").Join(Request("a", "pt_3") with { Identity = "eve" })).Refusal!.Code);
    }

    [Fact(DisplayName = "F-25 A damaged row harms its own room only")]
    public async Task A_damaged_row_harms_its_own_room_only()
    {
        await Room("a").Configure(new CreateRoom(new RoomConfig { Id = "rm_1", Name = "a", Permanent = true, CreatedAt = _time.GetUtcNow() }));
        _store.Damaged = true;
        await RestartAsync();
        Assert.Equal(ErrorCodes.Internal, await Room("a").Describe().Code());
        _store.Damaged = false;
        Assert.Null((await Room("b").Join(Request("b", "pt_1"))).Refusal);
        Assert.Equal(RoomLoadStatus.Found, (await _store.LoadAsync("a")).Status);
    }

    [Fact(DisplayName = "F-11 Whoever finds another writer's version writes no more")]
    public async Task Another_writer_is_noticed()
    {
        await Join("a", "pt_1");
        var load = await _store.LoadAsync("a");
        await _store.CommitAsync(new RoomCommit { Room = "a", ExpectedVersion = load.Version, NextVersion = load.Version + 1 });
        Assert.Equal(ErrorCodes.Overloaded, (await Room("a").PostChat(Line("pt_1", "one"))).Refusal!.Code);
    }

    private IRoomGrain Room(string name) => _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRoomGrain>(name);

    private FeedListener Listen(string room, string participant)
    {
        var listener = new FeedListener($"c-{participant}");
        listener.Bind(participant);
        Feeds.Listen(room, listener);
        return listener;
    }

    private async Task<JoinOutcome> Join(string room, string id)
    {
        var outcome = await Room(room).Join(Request(room, id));
        Assert.Null(outcome.Refusal);
        return outcome;
    }

    private JoinRequest Request(string room, string id) => new()
    {
        ParticipantId = id,
        Kind = ParticipantKind.Web,
        DisplayName = $"{id} of {room}",
        ConnectionId = $"c-{id}",
        ResumeKey = $"key-{id}",
        Node = "nd_1",
        Feed = Feeds.Reference,
    };

    private static PostChat Line(string who, string client) => new() { ParticipantId = who, MessageId = $"msg_{client}", ClientId = client, Content = client };

    private async Task RestartAsync()
    {
        await DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await StartAsync("nd_2");
    }

    private async Task StartAsync(string node)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("Orleans", LogLevel.None);
        builder.Services.AddSingleton(RoomsSettings.Default);
        builder.Services.AddSingleton(new RoomClock(_time));
        builder.Services.AddSingleton<IMediaEngine>(_engine = new FakeMediaEngine());
        builder.Services.AddSingleton<IRoomStore>(_store);
        builder.AddRooms(node);
        _host = builder.Build();
        _engine.Listener = _host.Services.GetRequiredService<MediaReports>();
        await _host.StartAsync();
    }
}

internal static class RoomAnswers
{
    /// <returns>The code of the refusal with which the room refuses everything; null when it does not.</returns>
    public static async Task<string?> Code(this Task order)
    {
        try
        {
            await order;
            return null;
        }
        catch (RoomRefusedException refused)
        {
            return refused.Refusal.Code;
        }
    }
}
