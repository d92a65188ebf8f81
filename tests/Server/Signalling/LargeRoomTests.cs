using System.Text.Json;

namespace Sylk.Conference.Server.Tests;

public sealed class LargeRoomTests
{
    private const int Present = 102;
    private const int Storm = 20;

    [Fact(DisplayName = "In a room of a hundred a storm of joins and leaves is one message to everybody, and nobody has to sync")]
    public async Task Storm_is_one_message()
    {
        await using var server = await RunningServer.StartAsync("--Rooms:MaxParticipants=300");
        var people = new List<HubClient>();
        for (var i = 0; i < Present; i++)
            people.Add(await HubClient.JoinAsync(server, "l-storm", $"p{i}"));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var late = new List<HubClient>();
        for (var i = 0; i < Storm; i++)
            late.Add(await HubClient.JoinAsync(server, "l-storm", $"late{i}"));
        await late[0].CallAsync("Leave");
        server.Time.Advance(TimeSpan.FromSeconds(1));

        foreach (var client in new[] { people[0], people[50], people[100] })
        {
            var events = (await client.NextAsync("Facts", body => Names(body).Contains("late19"))).GetProperty("events").EnumerateArray().ToList();
            Assert.Equal(Storm + 1, events.Count);
            Assert.Equal(Enumerable.Repeat("ParticipantJoined", Storm).Append("ParticipantLeft"), events.Select(item => item.GetProperty("type").GetString()));
            var first = events[0].GetProperty("rev").GetInt64();
            Assert.Equal(Enumerable.Range(0, Storm + 1).Select(i => first + i), events.Select(item => item.GetProperty("rev").GetInt64()));
            Assert.Equal(late[0].Id, events[^1].GetProperty("id").GetString());
        }

        foreach (var client in people.Concat(late))
            await client.DisposeAsync();
    }

    private static IEnumerable<string?> Names(JsonElement body) =>
        body.GetProperty("events").EnumerateArray().Select(item => item.TryGetProperty("displayName", out var name) ? name.GetString() : null);
}
