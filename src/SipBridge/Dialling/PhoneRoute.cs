using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What a route does with a call.</summary>
public enum RouteAction : byte
{
    /// <summary>Into a room.</summary>
    Room,

    /// <summary>Asked for a conference id.</summary>
    Ivr,

    /// <summary>Out through a trunk.</summary>
    Dial,

    Reject,
}

/// <summary>One line of the dial plan; the first that matches counts.</summary>
/// <param name="Id">For people.</param>
/// <param name="Direction">Of the calls it is about: into rooms, or out of them.</param>
/// <param name="Action">What becomes of them.</param>
public sealed record PhoneRoute(string Id, CallDirection Direction, RouteAction Action)
{
    /// <summary>Who is called: a number as it is compared (<c>+3120…</c>) or a name, with one <c>*</c> for anything.</summary>
    public string ToPattern { get; init; } = "*";

    /// <summary>Who calls, in the same way.</summary>
    public string FromPattern { get; init; } = "*";

    /// <summary>Only calls that come from this trunk's peers; empty: all.</summary>
    public string FromTrunk { get; init; } = "";

    public string Room { get; init; } = "";

    /// <summary>The trunk that is dialled through.</summary>
    public string DialTrunk { get; init; } = "";

    /// <summary>What is dialled: <c>{number}</c> is the whole, <c>{rest}</c> what the pattern's star stood for; empty: as it is.</summary>
    public string Rewrite { get; init; } = "";

    /// <summary>Of a rejection.</summary>
    public int Status { get; init; } = 603;

    /// <summary>As it is to be dialled.</summary>
    public string Rewritten(string number)
    {
        _ = RoutePattern.Matches(ToPattern, number, out var rest);
        return Rewrite.Length == 0 ? number
            : Rewrite.Replace("{number}", number, StringComparison.Ordinal).Replace("{rest}", rest, StringComparison.Ordinal);
    }
}

/// <summary>Patterns with one star: no more, so that they take no time to compare.</summary>
public static class RoutePattern
{
    public static bool IsOne(string? text) => text is { Length: > 0 and <= 64 } && text.Count(letter => letter == '*') <= 1 && !text.Any(letter => char.IsControl(letter) || letter == ' ');

    /// <param name="rest">What the star stood for.</param>
    public static bool Matches(string pattern, string text, out string rest)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(text);
        rest = "";
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return pattern.Equals(text, StringComparison.OrdinalIgnoreCase);
        var (head, tail) = (pattern[..star], pattern[(star + 1)..]);
        if (text.Length < head.Length + tail.Length || !text.StartsWith(head, StringComparison.OrdinalIgnoreCase) || !text.EndsWith(tail, StringComparison.OrdinalIgnoreCase))
            return false;
        rest = text[head.Length..^tail.Length];
        return true;
    }
}

/// <summary>Calls that come in, held against the dial plan (rules 8.1 (4) and (5)).</summary>
internal static class InboundPlan
{
    /// <returns>Null when no route is about this call.</returns>
    public static PhoneRoute? RouteFor(SipCall call, SipBridgeSettings settings)
    {
        var trusted = settings.Trusts(call.Flow);
        var caller = (trusted ? call.Invite.Address("P-Asserted-Identity") : null) ?? call.Invite.From;
        var from = Compared(caller?.Uri);
        SipUri?[] called = [trusted ? DialPlan.FirstCalled(call.Invite) : null, SipUri.TryParse(call.Invite.RequestUri, out var uri) ? uri : null];
        foreach (var to in called.OfType<SipUri>().Select(Compared))
        {
            var route = settings.Dial.Routes().FirstOrDefault(one => one.Direction == CallDirection.In
                && RoutePattern.Matches(one.ToPattern, to, out _) && RoutePattern.Matches(one.FromPattern, from, out _) && ComesFrom(call, one.FromTrunk, settings));
            if (route is not null)
                return route;
        }
        return null;
    }

    private static bool ComesFrom(SipCall call, string trunk, SipBridgeSettings settings) => trunk.Length == 0
        || settings.Dial.AllTrunks.Any(one => one.Name.Equals(trunk, StringComparison.OrdinalIgnoreCase)
            && one.Peers.Any(network => network.Contains(call.Flow.Remote.ToIPAddress())));

    /// <summary>Numbers in one form, names in small letters.</summary>
    private static string Compared(SipUri? uri) =>
        uri?.PlainUser is not { } user ? "" : DialNumber.LooksLikeOne(user) && DialNumber.TryNormalize(user, out var number) ? number : user.ToLowerInvariant();
}
