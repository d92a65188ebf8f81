using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What a refusal means to those who wait for somebody (product §5), and what may still be tried.</summary>
internal static class DialCauses
{
    public static CallEnd EndOf(SipCallEnded ended, DialTarget target) => new(
        CodeOf(ended, target), ended.Response is null && ended.End != SipCallEnd.Refused ? null : new SipCause(ended.Status, ended.Reason), CallSide.Them);

    /// <summary>Another address of the same place may answer (rule SIP-DNS-2): nobody was there, or it has no room.</summary>
    public static bool IsForNextHop(SipCallEnded ended, bool rang) => !rang && (ended.Response is null || ended.Status == 503);

    /// <summary>Our protection of the sound is not understood there (section 7.3).</summary>
    public static bool IsAboutMedia(SipCallEnded ended) => ended.Status is 488 or 606;

    /// <summary>Contacts of a redirect, the most wanted first (RFC 3261 section 8.1.3.4).</summary>
    public static IEnumerable<string> RedirectsOf(SipCallEnded ended) =>
        ended.Response is { Status: >= 300 and < 400 } response && response.TryGetAddresses(SipHeader.Contact, out var contacts)
            ? contacts.OrderByDescending(contact => Weight(contact.Parameters["q"])).Select(contact => contact.Uri.ToString())
            : [];

    /// <summary>1 where nothing is said.</summary>
    public static double Weight(string? q) =>
        double.TryParse(q, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var weight) ? weight : 1;

    private static string CodeOf(SipCallEnded ended, DialTarget target) => ended.Status switch
    {
        486 or 600 => ErrorCodes.CalleeBusy,
        603 or 607 or 608 => ErrorCodes.CalleeDeclined,
        408 or 487 when ended.Response is not null => ErrorCodes.CalleeTimeout,
        404 or 410 or 413 or 414 or 416 or 482 or 484 or 485 or 604 => ErrorCodes.AddressUnroutable,
        415 or 488 or 606 => ErrorCodes.MediaIncompatible,
        401 or 402 or 403 or 407 or 408 or >= 500 and < 600 when target.Trunk is not null => ErrorCodes.TrunkUnavailable,
        _ => ErrorCodes.CalleeUnavailable,
    };
}
