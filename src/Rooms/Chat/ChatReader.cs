using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Reads a room's chat: from memory as far as that reaches back, from the store beyond.</summary>
internal sealed class ChatReader(RoomState state, IRoomStore? store)
{
    /// <summary>What a newcomer gets at once.</summary>
    public const int Greeting = 20;

    private const int GreetingCharacters = 128 * 1024;

    /// <summary>The page, oldest first, and whether there is more before it.</summary>
    public async ValueTask<(ImmutableArray<ChatMessage> Lines, bool More)> ReadAsync(string? reader, long? before, int limit)
    {
        var upTo = before ?? long.MaxValue;
        var lines = state.Chat.Page(reader, upTo, limit + 1);
        if (lines.Length <= limit && state.Chat.FirstKept > 1 && store is not null)
        {
            var query = new ChatQuery(state.Name, reader, Math.Min(upTo, state.Chat.FirstKept), limit + 1 - lines.Length);
            var older = await store.MessagesAsync(query);
            lines = [.. older.Reverse(), .. lines];
        }
        return lines.Length > limit ? (lines[^limit..], true) : (lines, false);
    }

    /// <summary>The newest lines for somebody who comes in, bounded in number and size.</summary>
    public async ValueTask<ImmutableArray<ChatMessage>> GreetAsync(string reader)
    {
        if (!state.Settings.Features.Chat)
            return [];
        var lines = await GreetingAsync(reader);
        var (from, size) = (lines.Length, 0L);
        while (from > 0 && (size += lines[from - 1].Content.Length) <= GreetingCharacters)
            from--;
        return lines[from..];
    }

    /// <summary>Who comes in while the store is away gets what memory holds (F-07).</summary>
    private async ValueTask<ImmutableArray<ChatMessage>> GreetingAsync(string reader)
    {
        try
        {
            return (await ReadAsync(reader, null, Greeting)).Lines;
        }
        catch (StoreUnavailableException)
        {
            return state.Chat.Page(reader, long.MaxValue, Greeting);
        }
    }

    /// <summary>The number of a line, or null when this room has no such line.</summary>
    public async ValueTask<ChatMessage?> FindAsync(string id)
    {
        if (state.Chat.Find(id) is { } known)
            return known;
        return store is not null && await store.FindMessageAsync(id) is { } found && found.Room == state.Name ? found.Message : null;
    }

    /// <summary>The line the same sender sent under the same id before memory begins.</summary>
    public async ValueTask<ChatMessage?> FindSentAsync(string identity, string clientId)
    {
        if (state.Chat.FindSent(identity, clientId) is { } known)
            return known;
        return store is not null && state.Chat.FirstKept > 1 ? await store.FindMessageAsync(state.Name, identity, clientId) : null;
    }
}
