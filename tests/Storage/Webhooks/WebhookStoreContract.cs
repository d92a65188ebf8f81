using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

/// <summary>What every store of webhooks and events promises; each kind of store runs all of it.</summary>
public abstract class WebhookStoreContract
{
    private protected abstract Task<OpenStore> OpenAsync();

    [Fact]
    public async Task A_webhook_comes_back_as_it_was_saved_and_is_replaced_only_by_who_knows_it()
    {
        await using var open = await OpenAsync();
        var (hooks, hook) = (Hooks(open), Hook("wh_1") with { Events = ["room.*", "message.created"], FormerSecret = "old", FormerSecretUntil = Given.Noon });
        Assert.True(await hooks.SaveAsync(hook, 0));
        Assert.False(await hooks.SaveAsync(hook, 0));
        Assert.Equivalent(hook, await hooks.FindAsync("wh_1"), strict: true);
        Assert.True(await hooks.SaveAsync(hook with { Revision = 2, Url = "https://b.example" }, 1));
        Assert.False(await hooks.SaveAsync(hook with { Revision = 2 }, 1));
        Assert.Equal("https://b.example", (await hooks.FindAsync("wh_1"))!.Url);
        await hooks.MarkAsync("wh_1", Given.Noon, disable: true);
        Assert.Equal((false, Given.Noon, 2), ((await hooks.FindAsync("wh_1")) is var marked ? (marked!.Enabled, marked.FailingSince, marked.Revision) : default));
        Assert.True(await hooks.DeleteAsync("wh_1"));
        Assert.False(await hooks.DeleteAsync("wh_1"));
    }

    [Fact(DisplayName = "Webhooks: an event that was committed becomes one delivery, however often it is spread")]
    public async Task An_event_becomes_one_delivery()
    {
        await using var open = await OpenAsync();
        var hooks = Hooks(open);
        await hooks.SaveAsync(Hook("wh_1"), 0);
        var before = hooks.Changes;
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Events = [Given.Event("a", 1), Given.Event("a", 2)] });
        Assert.True(hooks.Changes > before);
        var events = await hooks.UnspreadAsync(10);
        Assert.Equal([1L, 2L], events.Select(logged => logged.Event.Sequence));
        for (var i = 0; i < 2; i++)
            await hooks.SpreadAsync([.. events.Select(logged => logged.Position)], [Delivery("dl_1", events[0]), Delivery("dl_2", events[1])]);
        Assert.Empty(await hooks.UnspreadAsync(10));
        Assert.Equal(["dl_1", "dl_2"], (await hooks.DueAsync("wh_1", Given.Noon, 10)).Select(delivery => delivery.Id));
        Assert.Empty(await hooks.DueAsync("wh_1", Given.Noon.AddSeconds(-1), 10));
    }

    [Fact]
    public async Task An_attempt_is_recorded_and_deliveries_are_listed_newest_first_in_pages()
    {
        await using var open = await OpenAsync();
        var hooks = Hooks(open);
        await hooks.SaveAsync(Hook("wh_1"), 0);
        for (var n = 1; n <= 3; n++)
            await hooks.PutAsync(Delivery($"dl_{n}", new(n, Given.Event("a", n))) with { CreatedAt = Given.Noon.AddSeconds(n) });
        var done = Delivery("dl_2", new(2, Given.Event("a", 2))) with
        {
            CreatedAt = Given.Noon.AddSeconds(2),
            State = DeliveryState.Delivered,
            Attempts = 3,
            LastStatus = 204,
            EndedAt = Given.Noon.AddMinutes(1),
        };
        await hooks.PutAsync(done);
        Assert.Equal((DeliveryState.Delivered, 3, 204), (await hooks.FindDeliveryAsync("dl_2")) is var found ? (found!.State, found.Attempts, found.LastStatus) : default);
        Assert.Equal(["dl_1", "dl_3"], (await hooks.DueAsync("wh_1", Given.Noon.AddHours(1), 10)).Select(delivery => delivery.Id));
        var first = await hooks.DeliveriesAsync("wh_1", null, 2);
        Assert.Equal(["dl_3", "dl_2"], first.Items.Select(delivery => delivery.Id));
        var second = await hooks.DeliveriesAsync("wh_1", first.Next, 2);
        Assert.Equal("dl_1", Assert.Single(second.Items).Id);
        Assert.Null(second.Next);
        await hooks.PutAsync(done with { Id = "dl_9", WebhookId = "wh_gone" });
        Assert.Null(await hooks.FindDeliveryAsync("dl_9"));
        await hooks.PruneAsync(Given.Noon.AddHours(1), Given.Noon);
        Assert.Null(await hooks.FindDeliveryAsync("dl_2"));
    }

    [Fact]
    public async Task One_node_sends_to_a_webhook_until_its_lease_is_over()
    {
        await using var open = await OpenAsync();
        var hooks = Hooks(open);
        await hooks.SaveAsync(Hook("wh_1"), 0);
        var until = Given.Noon.AddSeconds(30);
        Assert.True(await hooks.TryLeaseAsync("wh_1", "nd_1", Given.Noon, until));
        Assert.False(await hooks.TryLeaseAsync("wh_1", "nd_2", Given.Noon, until));
        Assert.True(await hooks.TryLeaseAsync("wh_1", "nd_1", Given.Noon, until));
        Assert.True(await hooks.TryLeaseAsync("wh_1", "nd_2", until, until.AddSeconds(30)));
    }

    [Fact]
    public async Task The_log_is_read_from_any_event_on()
    {
        await using var open = await OpenAsync();
        var log = open.Services.GetRequiredService<IEventLog>();
        Assert.Equal(0, await log.LastPositionAsync());
        var events = Enumerable.Range(1, 5).Select(n => Given.Event("a", n)).ToArray();
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Events = [.. events] });
        var position = await log.PositionOfAsync(events[2].Id);
        Assert.Equal([4L, 5L], (await log.AfterAsync(position!.Value, 10)).Select(logged => logged.Event.Sequence));
        Assert.Null(await log.PositionOfAsync("evt_none"));
        Assert.Equal((await log.AfterAsync(0, 10))[^1].Position, await log.LastPositionAsync());
    }

    private static IWebhookStore Hooks(OpenStore open) => open.Services.GetRequiredService<IWebhookStore>();

    private static Webhook Hook(string id) => new() { Id = id, Url = "https://a.example", Secret = "whsec_x", Room = "a", CreatedAt = Given.Noon };

    private static WebhookDelivery Delivery(string id, LoggedEvent logged) => new()
    {
        Id = id,
        WebhookId = "wh_1",
        EventId = logged.Event.Id,
        EventType = logged.Event.Type,
        Room = "a",
        Position = logged.Position,
        Body = "{}",
        NextAt = Given.Noon,
        CreatedAt = Given.Noon,
    };
}

public sealed class MemoryWebhooks : WebhookStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Memory);
}

public sealed class SqliteWebhooks : WebhookStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Sqlite);
}

public sealed class PostgresWebhooks(SharedPostgres postgres) : WebhookStoreContract
{
    private protected override async Task<OpenStore> OpenAsync() =>
        await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
}
