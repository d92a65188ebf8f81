namespace Sylk.Conference.Server.Options;

internal sealed class AddressesOptions
{
    /// <summary>Domain of accounts: a join token whose `sub` is an address of it signs in. Empty: there are no accounts.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Domain of guests' addresses; empty: `guest.` before `Server:PublicHost`, else `guest.localhost`.</summary>
    public string GuestDomain { get; set; } = "";

    /// <summary>How long a guest's address lasts at most.</summary>
    [Within(60_000, 604_800_000)]
    public int GuestTtlMs { get; set; } = 86_400_000;

    /// <summary>Whom guests may write to: none, rooms, local (addresses of this server too) or any.</summary>
    [OneOf("none", "rooms", "local", "any")]
    public string GuestCalls { get; set; } = "rooms";

    /// <summary>Messages kept for each account.</summary>
    [Within(10, 1_000_000)]
    public int KeepMessages { get; set; } = 5_000;

    /// <summary>How long they are kept, read or not.</summary>
    [Within(3_600_000, 315_360_000_000)]
    public long KeepMs { get; set; } = 7_776_000_000;
}
