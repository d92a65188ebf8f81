using System.Security.Cryptography;

namespace Sylk.Conference.Rooms;

/// <summary>Versions of a room's row: rising, and never the same from two writers, even when the row was removed in between.</summary>
public static class RoomVersion
{
    /// <summary>Below the milliseconds of a version.</summary>
    public const int RandomBits = 20;

    /// <summary>Milliseconds, then 20 random bits.</summary>
    public static long After(long version, DateTimeOffset now)
    {
        var fresh = (now.ToUnixTimeMilliseconds() << RandomBits) | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);
        return fresh > version ? fresh : version + 1 + RandomNumberGenerator.GetInt32(1 << RandomBits);
    }
}
