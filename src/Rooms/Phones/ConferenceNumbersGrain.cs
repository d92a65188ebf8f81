using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Sylk.Conference.Rooms;

/// <param name="Refusal">Too many wrong numbers came from there.</param>
/// <param name="Room">Null when the number is no room's.</param>
[GenerateSerializer, Immutable, Alias("sylk.NumberFinding")]
public sealed record NumberFinding([property: Id(0)] Refusal? Refusal, [property: Id(1)] string? Room);

/// <summary>One in the cluster: which room has which number.</summary>
[Alias("sylk.IConferenceNumbersGrain")]
public interface IConferenceNumbersGrain : IGrainWithIntegerKey
{
    /// <summary>A number no room has, for this one. The room keeps it in its settings.</summary>
    [Alias("Draw")]
    Task<string> Draw(string room);

    /// <param name="source">Whose wrong numbers count together (limit L18).</param>
    [Alias("Find")]
    Task<NumberFinding> Find(string number, string source);
}

/// <summary>Knows what is stored from its activation on, and what was drawn since. A room that is gone is found out when it is asked for.</summary>
[Reentrant]
internal sealed class ConferenceNumbersGrain(RoomClock clock, IServiceProvider services) : Grain, IConferenceNumbersGrain
{
    private const int PageSize = 500;

    private readonly Dictionary<string, string> _rooms = new(StringComparer.Ordinal);
    private readonly PasscodeGuard _guard = new(int.MaxValue);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<IRoomStore>() is not { } store)
            return;
        for (var (cursor, more) = ((string?)null, true); more;)
        {
            var page = await store.RoomsAsync(null, cursor, PageSize, cancellationToken);
            foreach (var room in page.Items)
            {
                if (room.ConferenceId is { } number)
                    _rooms[number] = room.Name;
            }
            (cursor, more) = (page.Next, page.Next is not null);
        }
        DelayDeactivation(TimeSpan.FromDays(365));
    }

    public Task<string> Draw(string room)
    {
        string number;
        do
            number = ConferenceNumber.Draw();
        while (!_rooms.TryAdd(number, room));
        return Task.FromResult(number);
    }

    public async Task<NumberFinding> Find(string number, string source)
    {
        if (_guard.Begin(source, "", clock.Now).Refusal is { } refusal)
            return new(refusal, null);
        var found = ConferenceNumber.IsOne(number) ? _rooms.GetValueOrDefault(number) : null;
        if (found is not null && await GrainFactory.GetGrain<IRoomGrain>(found).ConferenceId() != number)
        {
            _rooms.Remove(number); // that room is gone, and so is its number
            found = null;
        }
        _guard.End(source, found is not null, clock.Now);
        return new(null, found);
    }
}
