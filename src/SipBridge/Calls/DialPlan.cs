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
