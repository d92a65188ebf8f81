using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

/// <summary>What every room store promises; each kind of store runs all of it.</summary>
public abstract class RoomStoreContract
{
    private protected abstract Task<OpenStore> OpenAsync();

    [Fact]
    public async Task A_room_comes_back_as_it_was_written()
    {
        await using var open = await OpenAsync();
        var config = Given.Config("alpha");
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("alpha", 0, 7) with
        {
            Config = config,
            Entries = [new("seat/pt_1", """{"v":1}"""), new("ban/x", """{"v":1}""")],
            Messages = [Given.Line(1, "c1")],
            Events = [Given.Event("alpha", 1), Given.Event("alpha", 2)],
        }));
        var load = await open.Rooms.LoadAsync("alpha");
        Assert.Equal((RoomLoadStatus.Found, 7, 1, 2), (load.Status, load.Version, load.LastMessage, load.LastEvent));
        Assert.Equal(["ban/x", "seat/pt_1"], load.Entries.Select(entry => entry.Key));
        Assert.Equal(ConfigText.Write(config), ConfigText.Write(load.Config));
        Assert.Equal(RoomLoadStatus.Absent, (await open.Rooms.LoadAsync("beta")).Status);
    }

    [Fact]
    public async Task Only_the_writer_who_knows_the_newest_version_may_write()
    {
        await using var open = await OpenAsync();
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 0, 10)));
        Assert.Equal(CommitOutcome.Conflict, await open.Rooms.CommitAsync(Given.Commit("a", 0, 20)));
        Assert.Equal(CommitOutcome.Conflict, await open.Rooms.CommitAsync(Given.Commit("a", 9, 20) with { Entries = [new("k", "{}")] }));
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 10, 20) with { Entries = [new("l", "{}")] }));
        var load = await open.Rooms.LoadAsync("a");
        Assert.Equal((20, "l"), (load.Version, Assert.Single(load.Entries).Key));
    }

    [Fact]
    public async Task Of_many_writers_with_the_same_knowledge_one_wins()
    {
        await using var open = await OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 40).Select(n => open.Rooms.CommitAsync(
            Given.Commit("race", 0, n) with { Entries = [new($"k{n}", "{}")] })));
        Assert.Single(outcomes, outcome => outcome == CommitOutcome.Committed);
        Assert.Equal(39, outcomes.Count(outcome => outcome == CommitOutcome.Conflict));
        Assert.Single((await open.Rooms.LoadAsync("race")).Entries);
    }

    [Fact]
    public async Task An_entry_is_replaced_and_removed_and_settings_stay_when_not_named()
    {
        await using var open = await OpenAsync();
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Config = Given.Config("a"), Entries = [new("k", "1"), new("l", "1")] });
        await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Entries = [new("k", "2"), new("l", null), new("none", null)] });
        var load = await open.Rooms.LoadAsync("a");
        Assert.Equal([new RoomEntry("k", "2")], load.Entries);
        Assert.NotNull(load.Config);
    }

    [Fact]
    public async Task A_forgotten_room_is_gone_with_its_lines_and_keeps_its_history()
    {
        await using var open = await OpenAsync();
        var session = new SessionRecord("ses_1", "a", Given.Noon, null, null, 1, 1);
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Entries = [new("k", "1")], Messages = [Given.Line(1, "c")], Session = session });
        var ended = session with { EndedAt = Given.Noon.AddHours(1), EndReason = "empty", MostAtOnce = 4 };
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Forget = true, Session = ended }));
        Assert.Equal(RoomLoadStatus.Absent, (await open.Rooms.LoadAsync("a")).Status);
        Assert.Empty(await open.Rooms.MessagesAsync(new ChatQuery("a", null, null, 10)));
        Assert.Equal([ended], (await open.Rooms.SessionsAsync("a", null, 10)).Items);
        Assert.Equal(CommitOutcome.Conflict, await open.Rooms.CommitAsync(Given.Commit("a", 2, 3)));
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 0, 3)));
        Assert.Empty((await open.Rooms.LoadAsync("a")).Entries);
    }

    [Fact]
    public async Task Lines_are_read_backwards_by_those_who_may()
    {
        await using var open = await OpenAsync();
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with
        {
            Messages = [Given.Line(1, "1"), Given.Line(2, "2", "bob", to: "ann"), Given.Line(3, "3", "ann", to: "bob"), Given.Line(4, "4", "eve")],
        });
        Assert.Equal((long[])[4L, 1L], await Numbers(null, null, 10));
        Assert.Equal((long[])[4L, 3L, 2L, 1L], await Numbers("ann", null, 10));
        Assert.Equal((long[])[4L, 1L], await Numbers("eve", null, 10));
        Assert.Equal((long[])[2L], await Numbers("bob", 3, 1));

        async Task<long[]> Numbers(string? reader, long? before, int limit) =>
            [.. (await open.Rooms.MessagesAsync(new ChatQuery("a", reader, before, limit))).Select(line => line.Sequence)];
    }

    [Fact(DisplayName = "F-08 C2 A line is found by its sender's own id, and never stored twice under it")]
    public async Task A_line_is_stored_once()
    {
        await using var open = await OpenAsync();
        var line = Given.Line(1, "mine", content: "žluťoučký 🐎\n\"quoted\" \\ 'single'");
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Messages = [line] });
        Assert.Equal(line, await open.Rooms.FindMessageAsync("a", "ann", "mine"));
        Assert.Equal(("a", line), await open.Rooms.FindMessageAsync(line.Id));
        Assert.Null(await open.Rooms.FindMessageAsync("a", "bob", "mine"));
        Assert.Null(await open.Rooms.FindMessageAsync("msg_none"));
        Assert.Equal(CommitOutcome.Conflict, await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Messages = [Given.Line(2, "mine")] }));
        Assert.Equal(CommitOutcome.Conflict, await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Messages = [Given.Line(1, "other")] }));
        Assert.Equal((1, 1), ((await open.Rooms.LoadAsync("a")).Version, (await open.Rooms.LoadAsync("a")).LastMessage));
    }

    [Fact]
    public async Task A_deleted_line_keeps_its_place()
    {
        await using var open = await OpenAsync();
        var line = Given.Line(1, "c");
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Messages = [line] });
        Assert.Equal(
            CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Messages = [line with { Content = "", Deleted = true }] }));
        Assert.Equal(line with { Content = "", Deleted = true }, Assert.Single(await open.Rooms.MessagesAsync(new ChatQuery("a", null, null, 5))));
    }

    [Fact]
    public async Task A_changed_line_is_read_as_it_was_changed()
    {
        await using var open = await OpenAsync();
        var line = Given.Line(1, "c");
        var changed = line with { Content = "waves", Action = true, EditedAt = line.Timestamp.AddMinutes(1) };
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Messages = [line] });
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Messages = [changed] }));
        Assert.Equal(("a", changed), await open.Rooms.FindMessageAsync(line.Id));
    }

    [Fact]
    public async Task One_commit_that_cannot_be_written_harms_no_other()
    {
        await using var open = await OpenAsync();
        var first = Given.Line(1, "c");
        await open.Rooms.CommitAsync(Given.Commit("bad", 0, 1) with { Messages = [first] });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => n == 30
            ? open.Rooms.CommitAsync(Given.Commit("bad", 1, 2) with { Messages = [Given.Line(2, "c")] })
            : open.Rooms.CommitAsync(Given.Commit($"good{n}", 0, 1) with { Messages = [Given.Line(1, "c")] })));
        Assert.Equal(59, outcomes.Count(outcome => outcome == CommitOutcome.Committed));
        Assert.Equal(CommitOutcome.Conflict, outcomes[30]);
    }

    [Fact]
    public async Task Rooms_are_listed_by_name_in_pages()
    {
        await using var open = await OpenAsync();
        foreach (var name in (string[])["b-2", "a", "b_1", "b.3", "c", "plain"])
            await open.Rooms.CommitAsync(Given.Commit(name, 0, 1) with { Config = name == "plain" ? null : Given.Config(name) });
        var first = await open.Rooms.RoomsAsync("b", null, 2);
        var second = await open.Rooms.RoomsAsync("b", first.Next, 2);
        Assert.Equal(["b-2", "b.3"], first.Items.Select(room => room.Name));
        Assert.Equal(["b_1"], second.Items.Select(room => room.Name));
        Assert.Null(second.Next);
        Assert.Equal(5, (await open.Rooms.RoomsAsync(null, null, 50)).Items.Length);
        Assert.Equal("b-2", await open.Rooms.FindRoomAsync(first.Items[0].Id));
        Assert.Null(await open.Rooms.FindRoomAsync("rm_none"));
    }

    [Fact]
    public async Task What_outlives_a_forgotten_room_is_there_when_it_is_made_again()
    {
        await using var open = await OpenAsync();
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Config = Given.Config("a"), Entries = [new("seat/1", "1")], Messages = [Given.Line(1, "c")] });
        await open.Rooms.CommitAsync(Given.Commit("a", 1, 2) with { Forget = true, Entries = [new("ban/eve", "1")], Events = [Given.Event("a", 7)] });
        var load = await open.Rooms.LoadAsync("a");
        Assert.Equal((RoomLoadStatus.Found, 2, null, 0), (load.Status, load.Version, load.Config, load.LastMessage));
        Assert.Equal([new RoomEntry("ban/eve", "1")], load.Entries);
        Assert.Empty((await open.Rooms.RoomsAsync(null, null, 10)).Items);
        Assert.Equal(CommitOutcome.Committed, await open.Rooms.CommitAsync(Given.Commit("a", 2, 3) with { Config = Given.Config("a"), Messages = [Given.Line(1, "c")] }));
        Assert.Equal(1, (await open.Rooms.LoadAsync("a")).LastMessage);
    }

    [Fact]
    public async Task Rooms_with_people_and_rooms_that_go_by_themselves_are_found()
    {
        await using var open = await OpenAsync();
        await open.Rooms.CommitAsync(Given.Commit("busy", 0, 1) with { Config = Given.Config("busy"), Entries = [new(RoomEntry.Session, "{}")] });
        await open.Rooms.CommitAsync(Given.Commit("calm", 0, 1) with { Config = Given.Config("calm") });
        await open.Rooms.CommitAsync(Given.Commit("adhoc", 0, 1) with { Config = Given.Config("adhoc", permanent: false) });
        var first = await open.Rooms.UnsettledAsync(null, 1);
        Assert.Equal("adhoc", Assert.Single(first.Items));
        Assert.Equal(["busy"], (await open.Rooms.UnsettledAsync(first.Next, 1)).Items);
    }

    [Fact(DisplayName = "F-16 A room knows when its last line was said")]
    public async Task A_room_knows_when_its_last_line_was_said()
    {
        await using var open = await OpenAsync();
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Messages = [Given.Line(1, "1"), Given.Line(2, "2", to: "bob")] });
        Assert.Equal(Given.Noon.AddMilliseconds(2), (await open.Rooms.LoadAsync("a")).LastMessageAt);
        Assert.Null((await open.Rooms.LoadAsync("b")).LastMessageAt);
    }

    [Fact]
    public async Task Sessions_are_listed_newest_first_in_pages()
    {
        await using var open = await OpenAsync();
        for (var n = 1; n <= 3; n++)
            await open.Rooms.CommitAsync(Given.Commit("a", n - 1, n) with { Session = new($"ses_{n}", "a", Given.Noon, null, null, n, n) });
        var first = await open.Rooms.SessionsAsync("a", null, 2);
        var second = await open.Rooms.SessionsAsync("a", first.Next, 2);
        Assert.Equal(["ses_3", "ses_2"], first.Items.Select(session => session.Id));
        Assert.Equal(["ses_1"], second.Items.Select(session => session.Id));
        Assert.Null(second.Next);
    }
}

public sealed class MemoryContract : RoomStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Memory);
}

public sealed class SqliteContract : RoomStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Sqlite);
}

public sealed class PostgresContract(SharedPostgres postgres) : RoomStoreContract
{
    private protected override async Task<OpenStore> OpenAsync() =>
        await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
}
