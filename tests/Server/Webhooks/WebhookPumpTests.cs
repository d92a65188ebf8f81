using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Rooms;
using Sylk.Conference.Rooms.Tests;
using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Tests.Webhooks;

/// <summary>From an event of a room to somebody's web server, through the real sender, in a time of our own.</summary>
public sealed class WebhookPumpTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly MemoryWebhookStore _store = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<IDisposable> _things = [];
    private Receiver _receiver = null!;
    private long _sequence;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RoomClock Clock => new(_time);

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _things.ForEach(thing => thing.Dispose());
        await _receiver.DisposeAsync();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task I2_an_event_arrives_signed_and_whole()
    {
        var webhook = await AddAsync();
        Happen("room.started", "standup", """{"title":"Daily"}""");

        await RoundAsync(Worker());

        var got = Assert.Single(_receiver.Got);
        Assert.True(Receiver.Verify(got, webhook.Secret));
        Assert.False(Receiver.Verify(got with { Body = got.Body + " " }, webhook.Secret));
        Assert.False(Receiver.Verify(got, WebhookSecret.New()));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), got.Timestamp);
        var envelope = JsonDocument.Parse(got.Body).RootElement;
        Assert.Equal(got.Id, envelope.GetProperty("id").GetString());
        Assert.Equal("room.started", envelope.GetProperty("type").GetString());
        Assert.Equal("standup", envelope.GetProperty("room").GetString());
        Assert.Equal("Daily", envelope.GetProperty("data").GetProperty("title").GetString());
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await DeliveriesAsync(webhook)).State);
    }

    [Fact]
    public async Task What_is_refused_is_tried_again_on_schedule_and_then_given_up()
    {
        var webhook = await AddAsync();
        _receiver.Answer = _ => 500;
        Happen("room.started");
        var worker = Worker();

        await RoundAsync(worker);
        await RoundAsync(worker);
        Assert.Single(_receiver.Got);
        foreach (var wait in new[] { 6, 36, 144, 720, 2160, 8640, 25_920, 51_840 })
        {
            _time.Advance(TimeSpan.FromSeconds(wait));
            await RoundAsync(worker);
        }

        Assert.Equal(9, _receiver.Got.Count);
        Assert.Single(_receiver.Got.Select(got => got.Id).Distinct());
        var delivery = Assert.Single(await DeliveriesAsync(webhook));
        Assert.Equal((DeliveryState.Failed, 9, 500), (delivery.State, delivery.Attempts, delivery.LastStatus));
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        var webhook = await AddAsync();
        _receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return 302;
        };
        Happen("room.started");

        await RoundAsync(Worker());

        Assert.Equal("/hook", Assert.Single(_receiver.Got).Path);
        Assert.Equal(302, Assert.Single(await DeliveriesAsync(webhook)).LastStatus);
    }

    [Fact]
    public async Task TW_17_without_leave_nothing_is_sent_to_a_private_network()
    {
        var webhook = await AddAsync();
        Happen("room.started");

        await RoundAsync(Worker(allowPrivate: false));

        Assert.Empty(_receiver.Got);
        Assert.Contains("private network", Assert.Single(await DeliveriesAsync(webhook)).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_a_room_arrive_in_their_order()
    {
        await AddAsync();
        for (var i = 0; i < 60; i++)
            Happen("participant.joined", $"room{i % 3}");

        await RoundAsync(Worker());

        foreach (var room in _receiver.Got.Select(got => JsonDocument.Parse(got.Body).RootElement).GroupBy(e => e.GetProperty("room").GetString()))
        {
            var order = room.Select(e => e.GetProperty("sequence").GetInt64()).ToArray();
            Assert.Equal(20, order.Length);
            Assert.Equal(order.Order(), order);
        }
    }

    [Fact]
    public async Task Content_is_sent_only_to_those_who_ask_for_it()
    {
        await AddAsync();
        Happen("message.created");
        await RoundAsync(Worker());
        Assert.Empty(_receiver.Got);

        await AddAsync(webhook => webhook with { Events = ["message.*"], Room = "standup" });
        Happen("message.created", "standup");
        Happen("message.created", "other");
        Happen("room.started", "standup");
        await RoundAsync(Worker());

        Assert.Equal(["message.created", "room.started"], _receiver.Got.Select(TypeOf).Order());
        Assert.All(_receiver.Got, got => Assert.Equal("standup", JsonDocument.Parse(got.Body).RootElement.GetProperty("room").GetString()));
    }

    [Fact]
    public async Task While_a_secret_is_being_changed_both_verify_and_later_only_the_new_one()
    {
        var former = WebhookSecret.New();
        var until = _time.GetUtcNow() + TimeSpan.FromHours(24);
        var webhook = await AddAsync(webhook => webhook with { FormerSecret = former, FormerSecretUntil = until });
        Happen("room.started");
        await RoundAsync(Worker());
        _time.Advance(TimeSpan.FromHours(25));
        Happen("room.ended");
        await RoundAsync(Worker());

        var got = _receiver.Got.ToArray();
        Assert.True(Receiver.Verify(got[0], former) && Receiver.Verify(got[0], webhook.Secret));
        Assert.True(!Receiver.Verify(got[1], former) && Receiver.Verify(got[1], webhook.Secret));
    }

    [Fact]
    public async Task After_three_days_of_nothing_but_failures_it_is_switched_off()
    {
        var webhook = await AddAsync();
        _receiver.Answer = _ => 503;
        var worker = Worker();
        for (var day = 0; day < 4; day++)
        {
            Happen("room.started");
            await RoundAsync(worker);
            Assert.True((await _store.FindAsync(webhook.Id, Cancellation))!.Enabled == day < 3);
            _time.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public async Task One_success_in_between_starts_the_three_days_anew()
    {
        var webhook = await AddAsync();
        var worker = Worker();
        for (var day = 0; day < 5; day++)
        {
            _receiver.Answer = day == 2 ? _ => 200 : _ => 503;
            Happen("room.started");
            await RoundAsync(worker);
            _time.Advance(TimeSpan.FromDays(1));
        }

        var after = (await _store.FindAsync(webhook.Id, Cancellation))!;
        Assert.True(after.Enabled);
        Assert.NotNull(after.FailingSince);
    }

    [Fact]
    public async Task Only_the_node_with_the_lease_sends()
    {
        await AddAsync();
        Happen("room.started");
        var (first, second) = (Worker("nd_1"), Worker("nd_2"));
        await RoundAsync(first);
        Happen("room.ended");
        await RoundAsync(second);
        Assert.Single(_receiver.Got);

        _time.Advance(TimeSpan.FromSeconds(31));
        await RoundAsync(second);

        Assert.Equal(["room.started", "room.ended"], _receiver.Got.Select(TypeOf));
    }

    private static string TypeOf(Received got) => JsonDocument.Parse(got.Body).RootElement.GetProperty("type").GetString()!;

    private async Task<Webhook> AddAsync(Func<Webhook, Webhook>? change = null)
    {
        var webhook = new Webhook { Id = Ids.New("wh_", _time.GetUtcNow()), Url = _receiver.Url, Secret = WebhookSecret.New(), CreatedAt = _time.GetUtcNow() };
        webhook = change?.Invoke(webhook) ?? webhook;
        Assert.True(await _store.SaveAsync(webhook, 0, Cancellation));
        return webhook;
    }

    private void Happen(string type, string room = "standup", string data = "{}")
    {
        var now = _time.GetUtcNow();
        _store.Append([new OutboundEvent(Ids.New("evt_", now), type, now, ++_sequence, room, "ses_1", "nd_1", data)]);
    }

    private async Task RoundAsync(WebhookWorker worker)
    {
        var pump = new WebhookPump(_store, worker, Clock, NullLogger<WebhookPump>.Instance);
        await pump.TurnAsync(Cancellation);
        await pump.SettledAsync();
    }

    private WebhookWorker Worker(string node = "nd_1", bool allowPrivate = true)
    {
        var (sender, self) = (new WebhookSender(() => allowPrivate), new WebhookNode(node, _meters.GetRequiredService<IMeterFactory>()));
        _things.AddRange([sender, self]);
        return new WebhookWorker(_store, sender, self, Clock, NullLogger<WebhookWorker>.Instance);
    }

    private async Task<IEnumerable<WebhookDelivery>> DeliveriesAsync(Webhook webhook) =>
        (await _store.DeliveriesAsync(webhook.Id, null, 100, Cancellation)).Items;
}
