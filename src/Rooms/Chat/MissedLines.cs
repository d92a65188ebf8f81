using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What was said while a node did not hear its room: a door tells its people all of it, in order, before it goes on (rules CH-1, CH-2).</summary>
public static class MissedLines
{
    private const int PageSize = 100;

    /// <summary>So many lines are caught up with at most.</summary>
    private const int Most = 500;

    /// <param name="reader">The participant who asks.</param>
    /// <param name="after">The last number they were told.</param>
    /// <param name="newest">The newest lines, oldest first, as a snapshot brings them.</param>
    public static async Task<IReadOnlyList<ChatMessage>> AfterAsync(IRoomGrain room, string reader, long after, ImmutableArray<ChatMessage> newest)
    {
        var lines = newest.IsDefault ? [] : newest.ToList();
        var more = true;
        while (more && lines.Count < Most && (lines.Count == 0 || lines[0].Sequence > after + 1))
        {
            var page = await TryReadAsync(room, new ChatRequest(reader, lines.Count == 0 ? null : lines[0].Id, PageSize)).ConfigureAwait(false);
            more = page is { Refusal: null, More: true };
            lines.InsertRange(0, page is { Refusal: null } ? page.Messages : []);
        }
        return [.. lines.Where(line => line.Sequence > after)];
    }

    /// <summary>Null where the store is away: what is known is told, and whoever asked goes on (F-07).</summary>
    private static async Task<ChatPage?> TryReadAsync(IRoomGrain room, ChatRequest request)
    {
        try
        {
            return await room.LoadChat(request).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is RoomRefusedException or OrleansException or TimeoutException)
        {
            return null;
        }
    }
}
