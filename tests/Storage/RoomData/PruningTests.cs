using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

public sealed class PruningTests(SharedPostgres postgres)
{
    [Theory(DisplayName = "Storage: what a forgotten room left behind goes after a day, rooms and those with people stay")]
    [InlineData(StorageMode.Sqlite)]
    [InlineData(StorageMode.Postgres)]
    public async Task What_a_forgotten_room_left_behind_goes(StorageMode mode)
    {
        await using var open = await OpenStore.OpenAsync(mode, mode == StorageMode.Postgres ? await postgres.Cluster.CreateAsync() : "");
        var now = open.Time.GetUtcNow();
        var (old, young) = (RoomVersion.After(0, now.AddHours(-26)), RoomVersion.After(0, now.AddHours(-23)));
        await open.Rooms.CommitAsync(Given.Commit("gone", 0, old) with { Entries = [new("ban/x", "1")] });
        await open.Rooms.CommitAsync(Given.Commit("lately", 0, young) with { Entries = [new("ban/x", "1")] });
        await open.Rooms.CommitAsync(Given.Commit("kept", 0, old) with { Config = Given.Config("kept"), Entries = [new("ban/x", "1")] });
        await open.Rooms.CommitAsync(Given.Commit("busy", 0, old) with { Entries = [new(RoomEntry.Session, "1")] });
        await open.Services.GetServices<IHostedService>().OfType<Pruning>().Single().PruneAsync(CancellationToken.None);
        Assert.Equal(RoomLoadStatus.Absent, (await open.Rooms.LoadAsync("gone")).Status);
        foreach (var room in (string[])["lately", "kept", "busy"])
            Assert.Single((await open.Rooms.LoadAsync(room)).Entries);
    }
}
