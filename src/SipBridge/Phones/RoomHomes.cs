namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Which thread serves a room: the least busy one when it began, and the same until it has ended. Safe from any thread.</summary>
internal sealed class RoomHomes(PhoneThread[] threads)
{
    /// <summary>What a room weighs besides the legs it has: those that are to come.</summary>
    private const int RoomWeight = 4;

    private readonly Dictionary<string, Home> _homes = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Rooms known now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _homes.Count;
            }
        }
    }

    /// <summary>The room's thread for one order; <see cref="Leave"/> must follow.</summary>
    public PhoneThread Enter(string room)
    {
        lock (_lock)
        {
            if (!_homes.TryGetValue(room, out var home))
            {
                home = new Home(threads.MinBy(thread => thread.LegCount + RoomWeight * _homes.Values.Count(other => other.Thread == thread))!);
                _homes.Add(room, home);
            }

            home.Orders++;
            return home.Thread;
        }
    }

    /// <summary>The order was carried out.</summary>
    /// <param name="exists">Whether the thread serves the room now; null when the order never came there.</param>
    public void Leave(string room, bool? exists)
    {
        lock (_lock)
        {
            if (!_homes.TryGetValue(room, out var home))
            {
                return;
            }

            home.Exists = exists ?? home.Exists;
            if (--home.Orders == 0 && !home.Exists)
            {
                _homes.Remove(room);
            }
        }
    }

    private sealed class Home(PhoneThread thread)
    {
        public PhoneThread Thread => thread;

        /// <summary>On their way.</summary>
        public int Orders { get; set; }

        public bool Exists { get; set; }
    }
}
