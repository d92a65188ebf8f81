using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Sylk.Conference.Load.Chat;

/// <summary>A page: the room hub without media.</summary>
internal sealed class PageMember : IChatMember
{
    private readonly HubConnection _hub;

    private PageMember(Uri server, DelayBook book)
    {
        _hub = new HubConnectionBuilder().WithUrl(new Uri(server, "/hubs/room")).Build();
        _hub.On<JsonElement>("ChatMessage", body => Note(book, body));
        _hub.On<JsonElement>("Facts", body => // in a large room several at once
        {
            foreach (var fact in body.GetProperty("events").EnumerateArray().Where(fact => fact.GetProperty("type").GetString() == "ChatMessage"))
                Note(book, fact);
        });
    }

    private static void Note(DelayBook book, JsonElement body) => book.Note(body.GetProperty("message").GetProperty("content").GetString());

    public static async Task<IChatMember> JoinAsync(Uri server, string room, string name, DelayBook book)
    {
        var page = new PageMember(server, book);
        await page._hub.StartAsync().ConfigureAwait(false);
        var reply = await page._hub.InvokeAsync<JsonElement>("Join", new { room, displayName = name }).ConfigureAwait(false);
        return reply.GetProperty("ok").GetBoolean() ? page : throw new InvalidOperationException(reply.GetRawText());
    }

    public async Task<bool> SayAsync(string id, string words) =>
        (await _hub.InvokeAsync<JsonElement>("SendChat", new { content = words, clientId = id }).ConfigureAwait(false)).GetProperty("ok").GetBoolean();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
