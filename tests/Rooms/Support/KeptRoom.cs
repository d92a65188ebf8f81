using System.Collections.Immutable;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>A room's row in a test without a store.</summary>
internal sealed class KeptRoom
{
    public SortedDictionary<string, string> Entries { get; } = new(StringComparer.Ordinal);
    public RoomConfig? Config { get; private set; }
    public List<SessionRecord> Sessions { get; } = [];
    public List<ChatMessage> Messages { get; } = [];

    public void Write(RoomWrites writes)
    {
        if (writes.Forget)
        {
            Entries.Clear();
            Messages.Clear();
            Config = null;
        }
        Config = writes.Config ?? Config;
        foreach (var (key, value) in writes.Entries)
        {
            if (value is null)
                Assert.True(Entries.Remove(key), $"{key} was never written");
            else
                Entries[key] = value;
        }
        Messages.AddRange(writes.Messages);
        if (writes.Session is { } session)
        {
            Sessions.RemoveAll(known => known.Id == session.Id);
            Sessions.Add(session);
        }
    }

    public RoomState Restore(string name, DateTimeOffset now)
    {
        ImmutableArray<RoomEntry> entries = [.. Entries.Select(entry => new RoomEntry(entry.Key, entry.Value))];
        var last = Messages.Count > 0 ? Messages.Max(line => line.Sequence) : 0;
        var state = new RoomState(name);
        state.Restore(StoredRoom.Read(new(RoomLoadStatus.Found, 1, Config, entries, last, 0), null, now)!);
        return state;
    }
}
