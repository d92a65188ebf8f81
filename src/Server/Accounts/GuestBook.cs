using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Accounts;

/// <param name="ResumeKey">Gives the same address again, on another connection.</param>
internal sealed record Guest(string Address, string ResumeKey, string Source, DateTimeOffset ExpiresAt);

/// <summary>Addresses of people nobody knows: made when they come, gone ten minutes after the last connection (product §2). In memory only.</summary>
internal sealed class GuestBook(SylkOptions options, RoomClock clock, GuestStore store)
{
    private const int MostGuests = 10_000;
    private const int MostOfOneSource = 100;
    private const int NameLength = 6;
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>How long an address stays without a connection.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    public string Domain { get; } = options.Addresses.GuestDomain is { Length: > 0 } set ? set
        : options.Server.PublicHost.Length > 0 ? "guest." + options.Server.PublicHost.ToLowerInvariant() : "guest.localhost";

    /// <summary>A new address, or the one this key belongs to.</summary>
    public (Guest? Guest, Refusal? Refusal) Enter(string source, string? resumeKey)
    {
        lock (_gate)
        {
            Sweep();
            if (resumeKey is { Length: > 0 })
                return Again(resumeKey) is { } known ? (known, null) : (null, new(ErrorCodes.TokenInvalid, "This guest has gone."));
            if (_places.Count >= MostGuests)
                return (null, new(ErrorCodes.Overloaded, "Too many guests.", 60_000));
            if (_places.Values.Count(place => place.Guest.Source == source) >= MostOfOneSource)
                return (null, new(ErrorCodes.RateLimited, "Too many guests from this address.", 60_000));
            var guest = new Guest(NewAddress(), Ids.Secret(), source, clock.Now.AddMilliseconds(options.Addresses.GuestTtlMs));
            _places[guest.Address] = new Place(guest) { Connections = 1 };
            store.Open(guest.Address);
            return (guest, null);
        }
    }

    public void Leave(string address)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(address, out var place) && --place.Connections == 0)
                place.EmptySince = clock.Now;
        }
    }

    public bool IsHere(string address)
    {
        lock (_gate)
            return _places.TryGetValue(address, out var place) && !IsOver(place);
    }

    private Guest? Again(string resumeKey)
    {
        var shown = Encoding.UTF8.GetBytes(resumeKey);
        var place = _places.Values.FirstOrDefault(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one.Guest.ResumeKey), shown));
        if (place is null)
            return null;
        place.Connections++;
        return place.Guest;
    }

    private string NewAddress()
    {
        while (true)
        {
            var address = $"guest-{RandomNumberGenerator.GetString(Letters, NameLength)}@{Domain}";
            if (!_places.ContainsKey(address))
                return address;
        }
    }

    private bool IsOver(Place place) =>
        clock.Now >= place.Guest.ExpiresAt || (place.Connections == 0 && clock.Now - place.EmptySince >= Absence);

    private void Sweep()
    {
        foreach (var (address, place) in _places.Where(one => IsOver(one.Value)).ToArray())
        {
            _places.Remove(address);
            store.Close(address);
        }
    }

    private sealed class Place(Guest guest)
    {
        public Guest Guest { get; } = guest;
        public int Connections { get; set; }
        public DateTimeOffset EmptySince { get; set; }
    }
}

/// <summary>What guests wrote and got, as long as their address lasts.</summary>
internal sealed class GuestStore
{
    /// <summary>Messages kept for one guest.</summary>
    public const int Most = 200;

    private readonly MemoryAddressStore _store = new();

    public IAddressStore Store => _store;

    public void Open(string address) => _ = _store.MeetAsync(address);

    public void Close(string address) => _store.Drop(address);
}
