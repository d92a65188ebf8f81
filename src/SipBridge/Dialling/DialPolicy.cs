using System.Net;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Somebody who may be called, as it will be written: nothing of what was asked for is passed on as it came.</summary>
/// <param name="Uri">The Request-URI.</param>
/// <param name="Trunk">Null: straight to the domain.</param>
/// <param name="Shown">For people: the number, or user@domain.</param>
internal sealed record DialTarget(SipUri Uri, SipTrunk? Trunk, string Shown)
{
    /// <summary>Where the call is sent.</summary>
    public SipUri NextHop => Trunk?.Uri ?? Uri;

    /// <summary>An address of ours: it is called where its phones are registered. Null for all others.</summary>
    public string? Account { get; init; }
}

/// <param name="Target">Null when it may not be called.</param>
/// <param name="Refusal">Then why.</param>
internal readonly record struct DialVerdict(DialTarget? Target, Refusal? Refusal);

/// <summary>
/// Who may be called (limit L21, attack TS-11). Every way to a call leads through here: an address is first brought into one form,
/// then compared, and only that form is called.
/// </summary>
internal sealed class DialPolicy(DialSettings settings)
{
    private const int Longest = 256;

    public DialVerdict Judge(string? address, string? trunk = null)
    {
        if (!settings.Enabled)
            return Refused(ErrorCodes.CapabilityMissing, "This server does not call anybody (Sip:DialOut).");
        if (address is not { Length: > 0 and <= Longest } || address.Any(char.IsControl) || !address.IsNormalizedSafely())
            return Unroutable("The address is none.");
        var named = trunk is null ? null : settings.AllTrunks.FirstOrDefault(one => one.Name.Equals(trunk, StringComparison.OrdinalIgnoreCase));
        if (trunk is not null && named is null)
            return Unroutable("There is no trunk of this name.");
        var plain = DialNumber.Plain(address).Trim();
        var colon = plain.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : plain[..colon].ToLowerInvariant();
        return scheme switch
        {
            "tel" => JudgeTel(plain[(colon + 1)..], named),
            "sip" or "sips" => JudgeUri(scheme, plain[(colon + 1)..], named),
            _ when plain.Contains('@', StringComparison.Ordinal) => JudgeUri("sip", plain, named),
            "" when DialNumber.LooksLikeOne(plain) => JudgeNumber(plain, named),
            _ => Unroutable("Neither a number nor a SIP address."),
        };
    }

    private DialVerdict JudgeTel(string rest, SipTrunk? trunk)
    {
        var semicolon = rest.IndexOf(';', StringComparison.Ordinal);
        var number = Unescaped(semicolon < 0 ? rest : rest[..semicolon]);
        return number is not null && DialNumber.LooksLikeOne(number) ? JudgeNumber(number, trunk) : Unroutable("This is no telephone number.");
    }

    private DialVerdict JudgeNumber(string text, SipTrunk? trunk)
    {
        if (!DialNumber.TryNormalize(text, out var number))
            return Unroutable("This is no telephone number.");
        if (!IsAllowed(number))
            return Refused(ErrorCodes.AddressUnroutable, "Numbers like this one may not be called from here.");
        if (trunk is null && settings.Routes().FirstOrDefault(route => route.Direction == CallDirection.Out && RoutePattern.Matches(route.ToPattern, number, out _)) is { } planned)
            return AsPlanned(planned, number);
        var via = trunk ?? settings.AllTrunks.FirstOrDefault();
        return via is null ? Unroutable("There is no trunk for telephone numbers.") : new(Through(via, number), null);
    }

    /// <summary>The plan chooses the trunk and how the number is written there; what may be called was judged before.</summary>
    private DialVerdict AsPlanned(PhoneRoute route, string number)
    {
        if (route.Action != RouteAction.Dial)
            return Refused(ErrorCodes.AddressUnroutable, "The dial plan does not let this number be called.");
        if (settings.AllTrunks.FirstOrDefault(one => one.Name.Equals(route.DialTrunk, StringComparison.OrdinalIgnoreCase)) is not { } trunk)
            return Unroutable("The dial plan names a trunk that is not there.");
        var dialled = route.Rewritten(number);
        return dialled.TrimStart('+') is { Length: > 0 and <= 24 } digits && digits.All(char.IsAsciiDigit)
            ? new(Through(trunk, dialled) with { Shown = number }, null)
            : Unroutable("The dial plan makes no number of this one.");
    }

    private DialVerdict JudgeUri(string scheme, string rest, SipTrunk? trunk)
    {
        if (rest.Contains('?', StringComparison.Ordinal))
            return Unroutable("An address with headers is not called.");
        if (!TrySplit(rest, out var user, out var place))
            return Unroutable("The address is none.");
        if (!SipUri.TryParse($"{scheme}:{place}", out var uri) || uri.Parameters.Has("maddr") || uri.Parameters.Has("method"))
            return Unroutable("The address is none.");
        var host = uri.Host.TrimEnd('.').ToLowerInvariant();
        var via = settings.AllTrunks.FirstOrDefault(one => IsAt(one, host, uri.Port));
        if (trunk is not null && via != trunk)
            return Unroutable("This address is not at that trunk.");
        if (via is null && !Lists(host))
            return Refused(ErrorCodes.AddressUnroutable, "Nobody at this domain may be called from here.");
        if (DialNumber.LooksLikeOne(user) || uri.Parameters["user"] == "phone")
        {
            return DialNumber.TryNormalize(user, out var number) && IsAllowed(number)
                ? new(via is null ? Straight(uri, host, number) : Through(via, number), null)
                : Refused(ErrorCodes.AddressUnroutable, "Numbers like this one may not be called from here.");
        }
        if (!user.All(IsNameLetter))
            return Unroutable("The address is none.");
        // What an operator's switch makes of letters (1-900-CALL-NOW) is not known here.
        return via is null ? new(Straight(uri, host, user), null) : Unroutable("Only numbers are called through a trunk.");
    }

    /// <summary>Splits at the last @; what stands behind a semicolon in the user part is no part of the number (RFC 3261 section 19.1.6).</summary>
    private static bool TrySplit(string rest, out string user, out string place)
    {
        var at = rest.LastIndexOf('@');
        (user, place) = ("", rest[(at + 1)..]);
        if (at <= 0 || Unescaped(rest[..at]) is not { } plain)
            return false;
        var semicolon = plain.IndexOf(';', StringComparison.Ordinal);
        user = DialNumber.Plain(semicolon < 0 ? plain : plain[..semicolon]);
        return user.Length > 0 && !user.Any(letter => letter is '@' or ':' or '%' || char.IsControl(letter));
    }

    /// <summary>Escapes are taken away once; where any are left somebody hides something.</summary>
    private static string? Unescaped(string text)
    {
        var plain = DialNumber.Plain(SipText.Decode(SipText.Unescape(SipText.Encode(text))));
        return plain.Contains('%', StringComparison.Ordinal) || plain.Any(char.IsControl) ? null : plain;
    }

    private bool IsAllowed(string number) =>
        settings.AllowPrefixes.Any(prefix => prefix.Length > 0 && number.StartsWith(prefix, StringComparison.Ordinal));

    private bool Lists(string host) => settings.AllowDomains.Any(domain => domain.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(domain[1..], StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host, out _)
        : host.Equals(domain, StringComparison.OrdinalIgnoreCase));

    private static bool IsAt(SipTrunk trunk, string host, int port) =>
        trunk.Uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase) && (port == 0 || port == trunk.Uri.Port);

    private static DialTarget Through(SipTrunk trunk, string number) => new(
        SipUri.Create(number, trunk.Uri.Host, trunk.Uri.Port, TransportOf(trunk.Uri) + ";user=phone"), trunk, number);

    private static DialTarget Straight(SipUri uri, string host, string user)
    {
        var target = SipUri.Create(user, host, uri.Port, TransportOf(uri));
        var secure = uri.IsSecure && SipUri.TryParse("sips" + target.ToString()["sip".Length..], out var same) ? same : target;
        return new(secure, null, $"{user}@{host}");
    }

    private static string TransportOf(SipUri uri) => uri.Transport?.ToLowerInvariant() is "udp" or "tcp" or "tls" ? ";transport=" + uri.Transport.ToLowerInvariant() : "";

    private static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '+' or '~' or '\'' or '=' or '!' or '$';

    private static DialVerdict Unroutable(string detail) => Refused(ErrorCodes.AddressUnroutable, detail);

    private static DialVerdict Refused(string code, string detail) => new(null, new Refusal(code, detail));
}

/// <summary>Texts that are no texts.</summary>
internal static class DialText
{
    /// <summary>False where half a character is alone, which cannot be normalised.</summary>
    public static bool IsNormalizedSafely(this string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }
        return true;
    }
}
