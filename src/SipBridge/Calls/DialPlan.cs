using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Which room a call is for, and who calls, as far as the call itself says.</summary>
internal static class DialPlan
{
    private const int ShownDigits = 3;

    /// <summary>Rule 8.1 (2): a user of one of our domains is a room.</summary>
    /// <returns>False when the address is none of ours or can be no room's.</returns>
    public static bool TryFindRoom(string requestUri, Func<string, bool> isOurs, out string room)
    {
        room = "";
        return SipUri.TryParse(requestUri, out var uri) && uri.IsSip && isOurs(uri.Host) && RoomName.TryNormalize(uri.PlainUser, out room);
    }

    /// <summary>A room's name, or its address here; digits alone are a telephone number.</summary>
    public static bool TryFindOwnRoom(string to, Predicate<string> isOurs, out string room)
    {
        room = "";
        if (!to.Contains(':', StringComparison.Ordinal) && !to.Contains('@', StringComparison.Ordinal))
            return !DialNumber.LooksLikeOne(to) && RoomName.TryNormalize(to, out room);
        var text = to.Contains(':', StringComparison.Ordinal) ? to : "sip:" + to;
        return SipUri.TryParse(text, out var uri) && uri.IsSip && isOurs(uri.Host) && RoomName.TryNormalize(uri.PlainUser, out room);
    }

    /// <summary>Rule 8.1 (3): the call is for one of these numbers.</summary>
    public static bool IsFor(string requestUri, IReadOnlyList<string> numbers) =>
        numbers.Count > 0 && SipUri.TryParse(requestUri, out var uri) && DialNumber.TryNormalize(uri.PlainUser ?? "", out var number)
        && numbers.Any(one => one.TrimStart('+') == number.TrimStart('+'));

    /// <summary>
    /// Whom was called first, where others sent the call on (RFC 5806, whose last entry is the oldest; RFC 7044, whose first one is); null when
    /// nobody did.
    /// </summary>
    public static SipUri? FirstCalled(SipMessage invite)
    {
        var told = invite.List("Diversion") is { Count: > 0 } diversions ? diversions[^1] : invite.List("History-Info") is { Count: > 0 } history ? history[0] : null;
        return told is not null && SipNameAddress.TryParse(told, out var address) && address.Uri.IsSip ? address.Uri : null;
    }

    /// <summary>The name for the roster: what the phone shows, or its number with all but the last digits hidden.</summary>
    public static string NameOf(SipMessage invite, SipNameAddress? asserted)
    {
        var caller = asserted ?? invite.From;
        if (caller is null || IsAnonymous(invite, caller))
            return "Anonymous";
        var name = People.ForeignName(caller.DisplayName) ?? People.ForeignName(caller.Uri.PlainUser ?? caller.Uri.Host);
        return name is null ? "Phone" : Masked(name);
    }

    /// <summary>The name for the roster of somebody who is called: the number with all but the last digits hidden, or the user part.</summary>
    public static string NameOf(DialTarget target)
    {
        var name = People.ForeignName(target.Shown.Split('@')[0]);
        return name is null ? "Phone" : Masked(name);
    }

    /// <summary>RFC 3323: the caller does not want to be shown.</summary>
    public static bool IsAnonymous(SipMessage invite, SipNameAddress caller) =>
        invite.List("Privacy").Any(value => value.Split(';').Any(part => part.Trim() is "id" or "user" or "header"))
        || caller.Uri.Host.EndsWith("anonymous.invalid", StringComparison.OrdinalIgnoreCase);

    /// <summary>Numbers are shown to everybody by their last digits only.</summary>
    private static string Masked(string name)
    {
        var digits = name.Count(char.IsAsciiDigit);
        var isNumber = digits > ShownDigits && name.All(letter => char.IsAsciiDigit(letter) || letter is '+' or ' ' or '-' or '(' or ')' or '.' or '/');
        return isNumber ? "···" + string.Concat(name.Where(char.IsAsciiDigit))[^ShownDigits..] : name;
    }
}
