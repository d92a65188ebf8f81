using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Client;

namespace Sylk.Conference.Server.Tests;

/// <summary>A page's signalling: calls verbs, remembers events.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private static readonly string[] Events =
    [
        "RoomUpdated", "ParticipantJoined", "ParticipantUpdated", "ParticipantLeft", "TrackPublished", "TrackUpdated", "TrackUnpublished",
        "Slots", "Speakers", "Reaction", "MuteRequested", "UnmuteRequested", "SelfChanged", "Notice", "RenegotiateRequested", "Disconnect",
        "Data", "ChatMessage", "ChatUpdated", "ChatReceipt", "Typing", "WaitingChanged", "Admitted", "Denied", "SpotlightChanged", "Facts", "Quality", "PublishHint", "CallChanged", "FileShared", "FileRemoved",
        "MessageReceived", "MessageState", "Composing", "SignedInElsewhere",
    ];

    private readonly HubConnection _hub;
    private readonly Channel<(string Name, JsonElement Body)> _events = Channel.CreateUnbounded<(string, JsonElement)>();

    private HubClient(Uri server, string path)
    {
        _hub = new HubConnectionBuilder().WithUrl(new Uri(server, path)).Build();
        foreach (var name in Events)
            _hub.On<JsonElement>(name, body => _events.Writer.TryWrite((name, body)));
        _hub.Closed += _ =>
        {
            Closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the last successful join brought.</summary>
    public JsonElement Joined { get; private set; }

    public string Id => Joined.GetProperty("self").GetProperty("id").GetString()!;

    public static Task<HubClient> ConnectAsync(RunningServer server) => ConnectAsync(server.Address);

    public static async Task<HubClient> ConnectAsync(Uri address, string path = "/hubs/room")
    {
        var client = new HubClient(address, path);
        await client._hub.StartAsync();
        return client;
    }

    public static async Task<HubClient> JoinAsync(RunningServer server, string room, string name = "Someone")
    {
        var client = await ConnectAsync(server);
        await client.JoinAsync(new { room, displayName = name });
        return client;
    }

    public async Task<JsonElement> JoinAsync(object body)
    {
        var value = Value(await CallAsync("Join", body));
        Joined = value;
        return value;
    }

    public Task<JsonElement> CallAsync(string method, object? body = null) => _hub.InvokeAsync<JsonElement>(method, body ?? new { });

    /// <summary>The same for an order that must be accepted.</summary>
    public async Task<JsonElement> OkAsync(string method, object? body = null) => Value(await CallAsync(method, body));

    /// <summary>An event that is here already.</summary>
    public bool TryNext(out (string Name, JsonElement Body) heard) => _events.Reader.TryRead(out heard);

    /// <summary>The next event, whatever it is.</summary>
    public async Task<(string Name, JsonElement Body)> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _events.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next event of this name; earlier others are skipped.</summary>
    public async Task<JsonElement> NextAsync(string name, Func<JsonElement, bool>? which = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var (got, body) = await _events.Reader.ReadAsync(patience.Token);
            if (got == name && (which is null || which(body)))
                return body;
        }
    }

    /// <summary>Drops the transport without saying goodbye to the room.</summary>
    public Task VanishAsync() => _hub.StopAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    public static JsonElement Value(JsonElement reply)
    {
        Assert.True(reply.GetProperty("ok").GetBoolean(), reply.GetRawText());
        return reply.TryGetProperty("value", out var value) ? value : default;
    }

    public static string Code(JsonElement reply)
    {
        Assert.False(reply.GetProperty("ok").GetBoolean(), reply.GetRawText());
        Assert.False(reply.TryGetProperty("value", out _));
        return reply.GetProperty("error").GetProperty("code").GetString()!;
    }
}
