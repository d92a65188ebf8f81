namespace Sylk.Conference.Rooms;

/// <summary>
/// What has come for one address lately, over all nodes and doors: each message is taken once in 24 hours (rule CH-4), and nobody floods
/// it (limit L17, rule LO-5). The key is the address.
/// </summary>
[Alias("sylk.IMailboxGrain")]
public interface IMailboxGrain : IGrainWithStringKey
{
    /// <summary>Before a door is asked.</summary>
    /// <returns>Null: deliver it, and say how that went. Otherwise what to answer.</returns>
    [Alias("Begin")]
    Task<DirectOutcome?> Begin(DirectMessage message);

    /// <summary>A message that was refused may be sent again; one that was taken is known from now on.</summary>
    [Alias("End")]
    Task End(DirectMessage message, bool taken);
}
