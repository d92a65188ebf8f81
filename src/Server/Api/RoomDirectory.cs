using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

/// <summary>Finds rooms by name or id and lists them: from the store, or, where nothing is stored, from the grains that are awake.</summary>
internal sealed class RoomDirectory(RoomDoor door, IGrainFactory grains, IServiceProvider services)
{
    private const int MostScanned = 10_000;

    private readonly IRoomStore? _store = services.GetService<IRoomStore>();

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

    /// <summary>How operations on a room begin: the body is read and checked, the room found.</summary>
    /// <param name="check">What is wrong with the body; null when nothing can be.</param>
    public async Task<ApiReply> WithBodyAsync<T>(HttpContext context, Func<T, Flaws>? check, Func<T, string, Task<ApiReply>> act, bool optional = false)
        where T : class
    {
        var (input, refused) = await ApiBody.ReadAsync<T>(context, optional);
        if (input is null)
            return refused!;
        if (check?.Invoke(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        return await FindAsync(context) is var (name, _) ? await act(input, name) : NoSuchRoom();
    }

    /// <summary>How lists of a room begin.</summary>
    public async Task<ApiReply> WithPageAsync(HttpContext context, Func<PageRequest, string, RoomReport, Task<ApiReply>> act)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        return await FindAsync(context) is var (name, report) ? await act(page, name, report) : NoSuchRoom();
    }

    /// <summary>A page of those that are wanted, full even where few of the rooms looked at are.</summary>
    /// <param name="live">True when only rooms with somebody inside can be wanted: then no other is looked at.</param>
    public async Task<StoredPage<RoomReport>> PageAsync(string? prefix, PageRequest page, Func<RoomReport, bool> wanted, bool live)
    {
        if (live || _store is null)
            return page.Cut((live ? await LiveAsync(prefix) : await AwakeReportsAsync(prefix)).Where(wanted), report => report.Config!.Name);
        var (taken, cursor) = (new List<RoomReport>(), page.Cursor);
        for (var looked = 0; looked < MostScanned && taken.Count < page.Limit; looked += PageRequest.Most)
        {
            var found = await _store.RoomsAsync(prefix, cursor, looked == 0 ? page.Limit : PageRequest.Most);
            var reports = await Task.WhenAll(found.Items.Select(config => DescribeAsync(config.Name)));
            taken.AddRange(reports.Where(report => report.Config is not null && wanted(report)));
            if ((cursor = found.Next) is null)
                break;
        }
        var more = taken.Count > page.Limit;
        return new([.. taken.Take(page.Limit)], more ? taken[page.Limit - 1].Config!.Name : cursor);
    }

    /// <summary>Rooms with somebody inside.</summary>
    public async Task<IEnumerable<RoomReport>> LiveAsync(string? prefix = null) =>
        (await AwakeReportsAsync(prefix)).Where(report => report.SessionId is not null);

    private async Task<IEnumerable<RoomReport>> AwakeReportsAsync(string? prefix)
    {
        var names = (await AwakeAsync()).Where(name => prefix is null || name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var reports = await Task.WhenAll(names.Take(MostScanned).Select(DescribeAsync));
        return reports.Where(report => report.Config is not null);
    }

    public Task<RoomReport> DescribeAsync(string name) => door.Room(name).Describe();

    /// <summary>Where nothing is stored only the session that lasts is known.</summary>
    public async Task<StoredPage<SessionRecord>> SessionsAsync(string name, RoomReport report, PageRequest page)
    {
        if (_store is not null)
            return await _store.SessionsAsync(name, page.Cursor, page.Limit);
        if (report is not { SessionId: { } id, StartedAt: { } since })
            return new([], null);
        var people = report.Snapshot?.Room.ParticipantCount ?? 0;
        return new([new(id, name, since, null, null, people, people)], null);
    }

    /// <returns>The room a line was said in, or null.</returns>
    public async Task<string?> RoomOfMessageAsync(string id)
    {
        if (_store is not null)
            return (await _store.FindMessageAsync(id))?.Room;
        foreach (var name in await AwakeAsync())
        {
            var page = await door.Room(name).LoadChat(new(PostChat.Api, null, PageRequest.Most));
            if (page.Refusal is null && page.Messages.Any(line => line.Id == id))
                return name;
        }
        return null;
    }

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
