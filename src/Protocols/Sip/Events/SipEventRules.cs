using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>What a SUBSCRIBE must hold before anybody looks at what it is about (RFC 6665 section 4.2.1, rule SIP-EV-1).</summary>
public sealed record SipEventRules
{
    /// <summary>Packages that can be subscribed to; <c>refer</c> comes with REFER only.</summary>
    public IReadOnlyList<string> Packages { get; init; } = ["conference", "presence"];

    public uint DefaultExpires { get; init; } = 3600;

    public uint MinExpires { get; init; } = 60;

    public uint MaxExpires { get; init; } = 7200;

    /// <summary>489 for packages we do not have, 423 for what is too short; null lets it in. Without state: for the gate.</summary>
    public SipFault? Check(SipMessage subscribe)
    {
        if (!Packages.Contains(PackageOf(subscribe), StringComparer.OrdinalIgnoreCase))
        {
            return new SipFault(489, SipReasons.Of(489)) { Headers = [(SipHeader.AllowEvents, string.Join(", ", Packages))] };
        }

        return subscribe.Number(SipHeader.Expires) is { } asked and > 0 && asked < MinExpires
            ? new SipFault(423, SipReasons.Of(423)) { Headers = [(SipHeader.MinExpires, MinExpires.ToString(CultureInfo.InvariantCulture))] }
            : null;
    }

    /// <summary>Seconds granted; 0 is a fetch or an end.</summary>
    public uint Grant(SipMessage subscribe) => Math.Min(subscribe.Number(SipHeader.Expires) ?? DefaultExpires, MaxExpires);

    /// <summary>The package in Event, without its parameters.</summary>
    public static string PackageOf(SipMessage message)
    {
        var value = message.First(SipHeader.Event) ?? "";
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? value : value[..semicolon]).Trim();
    }
}

/// <summary>A subscriber refreshed, or wants no more when <paramref name="IsLast"/>: send the whole state, or <see cref="SipSubscription.Terminate"/> with it.</summary>
public sealed record SipSubscriptionRefreshed(SipSubscription Subscription, bool IsLast) : SipEvent;

/// <summary>A subscription to us is over: it ran out, or its NOTIFY found nobody.</summary>
public sealed record SipSubscriptionEnded(SipSubscription Subscription, string Reason) : SipEvent;

/// <summary>A NOTIFY for a subscription of ours; it has been answered with 200.</summary>
public sealed record SipNotified(SipWatch Watch, SipMessage Notify) : SipEvent;

/// <summary>A subscription of ours is over.</summary>
/// <param name="Watch">Which.</param>
/// <param name="Status">The refusal, 408, or 200 when a NOTIFY ended it.</param>
/// <param name="Reason">The reason in Subscription-State, empty for none.</param>
/// <param name="RetryAfter">Seconds to wait before another try, null when it makes no sense (RFC 6665 section 4.1.3).</param>
public sealed record SipWatchEnded(SipWatch Watch, int Status, string Reason, uint? RetryAfter) : SipEvent;
