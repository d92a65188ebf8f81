using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static RoomConfig Config(string name, bool permanent = true) => new()
    {
        Id = Ids.New(Ids.Room, Noon),
        Name = name,
        Permanent = permanent,
        Title = "Täglich ☕",
        Access = new(AccessMode.Passcode, PasscodeHash: "h", Allow: ["*@example.org"]),
        Media = new(VideoCodecs: ["VP8"]),
        Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
        CreatedAt = Noon,
        Revision = 3,
    };

    public static ChatMessage Line(long sequence, string client, string from = "ann", string? to = null, string content = "hi") => new()
    {
        Id = $"msg_{Guid.NewGuid():N}",
        Sequence = sequence,
        From = new ChatSender("pt_1", from, from.ToUpperInvariant(), ParticipantKind.Web),
        To = to is null ? null : $"pt_{to}",
        ToIdentity = to,
        Content = content,
        ContentType = "text/plain",
        ClientId = client,
        Timestamp = Noon.AddMilliseconds(sequence),
        Via = "web",
    };

    public static OutboundEvent Event(string room, long sequence) =>
        new($"evt_{Guid.NewGuid():N}", "room.updated", Noon, sequence, room, "ses_1", "nd_1", """{"a":1}""");

    public static RoomCommit Commit(string room, long expected, long next) =>
        new() { Room = room, ExpectedVersion = expected, NextVersion = next };
}
