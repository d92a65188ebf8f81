using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>A room that is watched.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Host of its address.</param>
/// <param name="Page">Of browsers; empty for none.</param>
/// <param name="Interval">Between two notices to one subscriber.</param>
internal sealed record WatchedRoom(string Name, string Domain, string Page, TimeSpan Interval)
{
    public required Func<string, bool> IsOurs { get; init; }

    /// <summary>The node's calls into this room.</summary>
    public required Func<IEnumerable<IRoomPhone>> Phones { get; init; }

    /// <summary>A call that is up from the same host.</summary>
    public IRoomPhone? FindPhone(SipFlow flow) =>
        Phones().FirstOrDefault(phone => phone.Call is { State: SipCallState.Answered or SipCallState.Confirmed } call && call.Flow.IsSameHost(flow));
}
