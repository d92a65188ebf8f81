using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

/// <summary>A server in which everything a path can name exists, and the document of it.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    private const int MostPeople = 40;

    private readonly List<HubClient> _people = [];

    private ApiWorld(RunningServer server, ApiClient api, JsonElement document) => (Server, Api, Document) = (server, api, document);

    public RunningServer Server { get; }
    public ApiClient Api { get; }
    public JsonElement Document { get; }

    /// <summary>Every operation: verb, path, what the document says.</summary>
    public IEnumerable<(HttpMethod Verb, string Path, JsonElement Facts)> Operations => Document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(verb => (new HttpMethod(verb.Name.ToUpperInvariant()), path.Name, verb.Value)));

    public static async Task<ApiWorld> StartAsync()
    {
        var server = await RunningServer.StartAsync(
            [
                "--Limits:RequestsBurst=1000000", "--Limits:RequestsPerSecond=1000000",
                "--Limits:AnonymousRequestsBurst=1000000", "--Limits:AnonymousRequestsPerSecond=1000000",
                "--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+31",
                "--Sip:DialOut:PerRoom=1000", "--Sip:DialOut:PerUserPerHour=100000",
                "--Sip:Trunks:0:Name=nowhere", "--Sip:Trunks:0:Uri=sip:127.0.0.1:9", "--Sip:Trunks:0:OptionsPingMs=0",
            ],
            services => services.AddSingleton<ILegEngine>(parts => new Sip.FakeLegs(parts.GetRequiredService<SipBridge.LegMail>())));
        return new(server, await ApiClient.CreateAsync(server), await server.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json"));
    }

    /// <summary>Makes what the parameters of a path stand for, anew for each path.</summary>
    public async Task<string> FillAsync(string path)
    {
        if (path.Contains("{room}", StringComparison.Ordinal) || path.Contains("{message}", StringComparison.Ordinal))
        {
            await Api.PostAsync("/rooms", new { name = "standup" });
            path = path.Replace("{room}", "standup", StringComparison.Ordinal);
        }
        if (path.EndsWith("/admit", StringComparison.Ordinal) || path.EndsWith("/deny", StringComparison.Ordinal))
            path = path.Replace("{participant}", await WaitingAsync(), StringComparison.Ordinal);
        if (path.Contains("{participant}", StringComparison.Ordinal))
        {
            path = path.Replace("{participant}", await SomebodyAsync(), StringComparison.Ordinal);
        }
        if (path.Contains("{call}", StringComparison.Ordinal))
            path = path.Replace("{call}", await CallAsync(), StringComparison.Ordinal);
        if (path.Contains("{message}", StringComparison.Ordinal))
            path = path.Replace("{message}", await MadeAsync("/rooms/standup/messages", new { content = "x" }), StringComparison.Ordinal);
        if (path.Contains("{invite}", StringComparison.Ordinal))
        {
            await Api.PostAsync("/rooms", new { name = "standup" });
            path = path.Replace("{invite}", await MadeAsync("/rooms/standup/invites", new { role = "member" }), StringComparison.Ordinal);
            path += path.EndsWith(".svg", StringComparison.Ordinal) ? "?room=standup" : "";
        }
        if (path.Contains("{file}", StringComparison.Ordinal))
            path = path.Replace("{file}", await SharedFileAsync(), StringComparison.Ordinal);
        if (path.Contains("{webhook}", StringComparison.Ordinal))
            path = path.Replace("{webhook}", await WebhookAsync(), StringComparison.Ordinal);
        if (path.Contains("{delivery}", StringComparison.Ordinal))
            path = path.Replace("{delivery}", await MadeAsync($"/webhooks/{await WebhookAsync()}/test", new { }), StringComparison.Ordinal);
        if (path.Contains("{node}", StringComparison.Ordinal))
            path = path.Replace("{node}", Server.Services.GetRequiredService<NodeRegister>().LocalId, StringComparison.Ordinal);
        if (path.Contains("{trunk}", StringComparison.Ordinal))
            path = path.Replace("{trunk}", await MadeAsync("/sip/trunks", new { name = $"trunk{++_accounts}", uri = "sip:127.0.0.1:9", optionsPingMs = 0 }), StringComparison.Ordinal);
        if (path.Contains("{route}", StringComparison.Ordinal))
            path = path.Replace("{route}", await MadeAsync("/sip/routes", new { match = new { direction = "in", toPattern = "+999*" }, action = new { type = "reject" } }), StringComparison.Ordinal);
        if (path.Contains("{account}", StringComparison.Ordinal))
            path = path.Replace("{account}", await MadeAsync("/sip/accounts", new { user = $"user{++_accounts}", password = "right-horse" }), StringComparison.Ordinal);
        if (path.Contains("{key}", StringComparison.Ordinal))
            path = path.Replace("{key}", await MadeAsync("/api-keys", new { name = "x", scopes = new[] { "rooms:read" } }), StringComparison.Ordinal);
        return path;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string path, JsonNode? body, string? type)
    {
        using var request = new HttpRequestMessage(verb, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, type!);
        // A stream of events has no end to wait for.
        return await Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private string? _file;
    private int _accounts;

    /// <summary>A new one each time; the last one while a room takes no more announcements because others never arrived (L19).</summary>
    private async Task<string> SharedFileAsync()
    {
        using var reply = await Api.PostAsync("/rooms/standup/files", new { name = "notes.txt", size = 3 });
        if (reply.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            return _file ?? "fl_none";
        var made = await ApiClient.Body(reply, System.Net.HttpStatusCode.Created);
        var sent = await Server.Http.PutAsync(made.GetProperty("uploadUrl").GetString(), new StringContent("abc"));
        Assert.Equal(System.Net.HttpStatusCode.Created, sent.StatusCode);
        return _file = made.GetProperty("id").GetString()!;
    }

    /// <summary>A call somebody answered.</summary>
    private async Task<string> CallAsync()
    {
        await SomebodyAsync();
        var call = new CallInfo
        {
            Id = Ids.New(Ids.Call, DateTimeOffset.UnixEpoch),
            Direction = CallDirection.Out,
            State = CallState.Answered,
            From = "standup",
            To = "+31201234567",
            Room = "standup",
            ParticipantId = Ids.New(Ids.Participant, DateTimeOffset.UnixEpoch),
            DisplayName = "Bob",
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        await Server.Room("standup").Do(new NoteCall(call));
        var traces = Server.Services.GetRequiredService<SipBridge.CallTraces>();
        traces.Note(DateTimeOffset.UnixEpoch, default, System.Text.Encoding.ASCII.GetBytes($"INVITE sip:standup@here SIP/2.0\r\nCall-ID: {call.Id}\r\nCSeq: 1 INVITE\r\n\r\n"), isOurs: false);
        traces.Name(DateTimeOffset.UnixEpoch, call.Id, call.Id);
        return call.Id;
    }

    private Task<string> WebhookAsync() => MadeAsync("/webhooks", new { url = "https://hooks.example.com/sylk" });

    /// <summary>The body the document shows, and its type.</summary>
    public static (JsonNode? Body, string? Type) Example(JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body))
            return (null, null);
        var content = body.GetProperty("content").EnumerateObject().Single();
        return (JsonNode.Parse(content.Value.GetProperty("example").GetRawText()), content.Name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _people)
            await one.DisposeAsync();
        Api.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>Somebody new in the room; where it lets nobody in, an id nobody has.</summary>
    private async Task<string> SomebodyAsync()
    {
        if (_people.Count >= MostPeople)
            return "pt_nobody";
        _people.Add(await HubClient.ConnectAsync(Server));
        var reply = await _people[^1].CallAsync("Join", new { room = "standup", displayName = "Example" });
        return reply.GetProperty("ok").GetBoolean() && reply.GetProperty("value").TryGetProperty("self", out var self) && self.ValueKind == JsonValueKind.Object
            ? self.GetProperty("id").GetString()!
            : "pt_nobody";
    }

    /// <summary>Somebody who asks to be let in.</summary>
    private async Task<string> WaitingAsync()
    {
        await Api.SendAsync(HttpMethod.Patch, "/rooms/standup", """{ "access": { "waitingRoom": true } }""");
        await SomebodyAsync();
        var waiting = JsonElement.Parse(await (await Api.GetAsync("/rooms/standup/waiting")).Content.ReadAsStringAsync());
        return waiting.TryGetProperty("items", out var people) && people.GetArrayLength() > 0 ? people[0].GetProperty("id").GetString()! : "pt_nobody";
    }

    private async Task<string> MadeAsync(string path, object body)
    {
        var made = JsonElement.Parse(await (await Api.PostAsync(path, body)).Content.ReadAsStringAsync());
        return made.TryGetProperty("id", out var id) ? id.GetString()! : "nothing";
    }
}
