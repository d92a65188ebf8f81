using System.Globalization;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Storage;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// A page that writes and reads for as long as it is let: comes back after every loss with its key, sends what had no answer
/// again under the same id, and now and then gives up on a line.
/// </summary>
internal sealed class ChatWriter(KeptServer server, ChatLogFile log, string room, string name, int seed) : IChatWriter
{
    private const int PageSize = 100;

#pragma warning disable CA5394 // which line is given up is no secret; the seed makes the run repeatable
    private readonly Random _chance = new(seed);
#pragma warning restore CA5394
    private object? _resume;
    private int _generation;
    private int _line;
    private long _seen;
    private string? _owed;

    public string Name => name;

    public string Room => room;

    public bool Reads => true;

    public bool IsSettled { get; private set; }

    public async Task RunAsync(ChatHours hours)
    {
        while (!hours.Reading.IsCancellationRequested)
        {
            try
            {
                await using var client = await EnterAsync();
                if (client is null)
                    continue;
                while (!client.Closed.Task.IsCompleted)
                {
                    if (hours.Reading.IsCancellationRequested)
                    {
                        log.Write(ChatDeed.Left, name, room, "", "");
                        return;
                    }
                    await TurnAsync(client, hours);
                }
                IsSettled = false;
            }
#pragma warning disable CA1031 // whatever broke, a page tries again
            catch (Exception)
#pragma warning restore CA1031
            {
                IsSettled = false;
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    /// <returns>Null when this identity is still held by a connection nobody has: then a new one is taken.</returns>
    private async Task<HubClient?> EnterAsync()
    {
        var identity = $"{name}.{_generation}";
        var token = (await server.PostAsync($"/rooms/{room}/tokens", new { identity, role = "member" })).GetProperty("token").GetString();
        var client = await HubClient.ConnectAsync(server.Address);
        var reply = await client.CallAsync("Join", new { room, displayName = name, token, resume = _resume });
        if (!reply.GetProperty("ok").GetBoolean())
        {
            if (HubClient.Code(reply) == ErrorCodes.IdentityInUse)
                (_generation, _resume, _owed) = (_generation + 1, null, null);
            await client.DisposeAsync();
            return null;
        }
        var joined = HubClient.Value(reply);
        _resume = new { sessionId = joined.GetProperty("sessionId").GetString(), resumeKey = joined.GetProperty("resumeKey").GetString() };
        await CatchUpAsync(client, joined.GetProperty("chat").GetProperty("last"));
        return client;
    }

    /// <summary>Says a line while there is something to say, and hears what has come.</summary>
    private async Task TurnAsync(HubClient client, ChatHours hours)
    {
        if (hours.Writing.IsCancellationRequested && IsSettled)
            await Task.Delay(20);
        else
            IsSettled = await SayAsync(client) && hours.Writing.IsCancellationRequested;
        while (client.TryNext(out var heard))
            Hear(heard.Name, heard.Body);
    }

    private async Task<bool> SayAsync(HubClient client)
    {
        var id = _owed ?? string.Create(CultureInfo.InvariantCulture, $"{_generation}.{++_line}");
        var content = $"{name} {id}";
        log.Write(ChatDeed.Invoke, name, room, id, content);
        _owed = id;
        JsonElement reply;
        try
        {
            reply = await client.CallAsync("SendChat", new { content, clientId = id }).WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch
        {
            log.Write(ChatDeed.Unanswered, name, room, id, content);
#pragma warning disable CA5394 // see above
            if (_chance.Next(10) == 0)
                _owed = null;
#pragma warning restore CA5394
            throw;
        }
        var done = reply.GetProperty("ok").GetBoolean();
        log.Write(done ? ChatDeed.Acknowledged : ChatDeed.Refused, name, room, id, content);
        if (done)
            _owed = null;
        else
            await Task.Delay(100);
        return done;
    }

    private void Hear(string what, JsonElement body)
    {
        if (what == "ChatMessage")
            See(body.TryGetProperty("message", out var message) ? message : body);
    }

    /// <summary>Everything after what was seen last, page by page, so that a reader has no hole.</summary>
    private async Task CatchUpAsync(HubClient client, JsonElement greeting)
    {
        var lines = greeting.EnumerateArray().ToList();
        while (_seen > 0 && lines.Count > 0 && lines[0].GetProperty("sequence").GetInt64() > _seen + 1)
        {
            var page = HubClient.Value(await client.CallAsync("LoadChat", new { before = lines[0].GetProperty("id").GetString(), limit = PageSize }));
            lines.InsertRange(0, page.GetProperty("messages").EnumerateArray());
        }
        lines.ForEach(See);
    }

    private void See(JsonElement line)
    {
        var sequence = line.GetProperty("sequence").GetInt64();
        if (sequence <= _seen)
            return;
        _seen = sequence;
        log.Write(ChatDeed.Read, name, room, "", line.GetProperty("content").GetString()!, sequence);
    }
}
