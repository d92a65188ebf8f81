using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

/// <summary>Finds rooms by name or id and lists them: from the store, or, where nothing is stored, from the grains that are awake.</summary>
internal sealed class RoomDirectory(RoomDoor door, IGrainFactory grains, IServiceProvider services)
{
    private const int MostScanned = 10_000;

    private readonly IRoomStore? _store = services.GetService<IRoomStore>();

    public IRoomStore? Store => _store;

    /// <returns>The room's name and what is known of it; null when there is none under this name or id.</returns>
    public async Task<(string Name, RoomReport Report)?> FindAsync(HttpContext context)
    {
        var text = Links.RouteValue(context, "room");
        var name = text.StartsWith(Ids.Room, StringComparison.Ordinal) ? await NameOfAsync(text) : RoomName.TryNormalize(text, out var normal) ? normal : null;
        if (name is null)
            return null;
        var report = await door.Room(name).Describe();
        return report.Config is null ? null : (name, report);
    }

    public async Task<StoredPage<RoomConfig>> ListAsync(string? prefix, PageRequest page)
    {
        if (_store is not null)
            return await _store.RoomsAsync(prefix, page.Cursor, page.Limit);
        var names = (await AwakeAsync()).Where(name => prefix is null || name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var reports = await Task.WhenAll(names.Take(MostScanned).Select(name => door.Room(name).Describe()));
        return page.Cut(reports.Select(report => report.Config).OfType<RoomConfig>(), config => config.Name);
    }

    public Task<RoomReport> DescribeAsync(string name) => door.Room(name).Describe();

    private async Task<string?> NameOfAsync(string id)
    {
        if (_store is not null)
            return await _store.FindRoomAsync(id);
        foreach (var name in await AwakeAsync())
        {
            if ((await door.Room(name).Describe()).Config?.Id == id)
                return name;
        }
        return null;
    }

    private async Task<IEnumerable<string>> AwakeAsync()
    {
        var type = door.Room("any").GetGrainId().Type;
        var awake = await grains.GetGrain<IManagementGrain>(0).GetActiveGrains(type);
        return awake.Select(grain => grain.Key.ToString()!).Where(name => RoomName.TryNormalize(name, out _));
    }

    public static ApiReply NoSuchRoom() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no room of this name.");
}
