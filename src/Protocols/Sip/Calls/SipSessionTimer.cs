using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>The session timer of one call (RFC 4028).</summary>
internal sealed class SipSessionTimer(SipCallSettings settings)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(32);

    /// <summary>Seconds; 0 while there is no timer.</summary>
    public uint Interval { get; private set; }

    public bool WeRefresh { get; private set; }

    /// <summary>When we refresh, or when the other end should have.</summary>
    public Instant At { get; private set; } = Instant.Never;

    /// <summary>When the session is over unless refreshed.</summary>
    public Instant ExpiresAt { get; private set; } = Instant.Never;

    public uint MinInterval { get; private set; } = settings.MinSessionExpires;

    private bool _peerKnows;

    /// <summary>422 for what is too short, with what we would take (section 9).</summary>
    public SipFault? Check(SipMessage request) =>
        request.Number(SipHeader.SessionExpires) is { } interval && interval < settings.MinSessionExpires
            ? new SipFault(422, SipReasons.Of(422)) { Headers = [(SipHeader.MinSessionExpires, Text(settings.MinSessionExpires))] }
            : null;

    /// <summary>What an INVITE or UPDATE of ours carries (section 7.1).</summary>
    public void Ask(SipBuilder request, bool isRefresh)
    {
        var interval = Interval != 0 ? Interval : Math.Max(settings.SessionExpires, MinInterval);
        if (settings.SessionExpires == 0 && Interval == 0)
        {
            return;
        }

        var refresher = isRefresh && Interval != 0 ? WeRefresh ? ";refresher=uac" : ";refresher=uas" : "";
        request.Set(SipHeader.SessionExpires, Text(interval) + refresher).Set(SipHeader.MinSessionExpires, Text(MinInterval));
    }

    /// <summary>422 asked for more (section 7.3); false when it asks for nonsense.</summary>
    public bool Raise(SipMessage response)
    {
        var least = response.Number(SipHeader.MinSessionExpires) ?? 0;
        var higher = least > MinInterval && least <= 86_400;
        MinInterval = higher ? least : MinInterval;
        Interval = higher && Interval != 0 ? Math.Max(Interval, least) : Interval;
        return higher;
    }

    /// <summary>Puts the timer into our 2xx and starts it (section 9).</summary>
    public void Grant(Instant now, SipMessage request, SipBuilder response)
    {
        var asked = request.Number(SipHeader.SessionExpires);
        _peerKnows = request.Lists(SipHeader.Supported, "timer") || request.Lists(SipHeader.Require, "timer");
        if (asked is null && settings.SessionExpires == 0)
        {
            Interval = 0;
            At = Instant.Never;
            return;
        }

        Interval = Math.Max(asked ?? settings.SessionExpires, request.Number(SipHeader.MinSessionExpires) ?? 0);
        var named = SipParametersOf(request)["refresher"];
        WeRefresh = !_peerKnows || SipText.Same(named, "uas");
        response.Set(SipHeader.SessionExpires, $"{Text(Interval)};refresher={(WeRefresh ? "uas" : "uac")}");
        if (!WeRefresh)
        {
            response.Add(SipHeader.Require, "timer");
        }

        Restart(now);
    }

    /// <summary>Reads the timer from a 2xx to our request (section 7.2).</summary>
    public void Take(Instant now, SipMessage response)
    {
        Interval = response.Number(SipHeader.SessionExpires) ?? 0;
        WeRefresh = !SipText.Same(SipParametersOf(response)["refresher"], "uas");
        Restart(now);
    }

    public void Restart(Instant now)
    {
        var interval = TimeSpan.FromSeconds(Interval);
        var margin = interval / 3 < Margin ? interval / 3 : Margin;
        ExpiresAt = Interval == 0 ? Instant.Never : now + interval;
        At = Interval == 0 ? Instant.Never : now + (WeRefresh ? interval / 2 : interval - margin);
    }

    public void Stop() => At = Instant.Never;

    /// <summary>A refresh is on its way: another one in a while, and the end when none succeeds.</summary>
    public void TryAgain(Instant now) => At = Instant.Earlier(now + (TimeSpan.FromSeconds(Interval) / 4), ExpiresAt);

    private static SipParameters SipParametersOf(SipMessage message)
    {
        var value = message.First(SipHeader.SessionExpires) ?? "";
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        return semicolon >= 0 && SipParameters.TryParse(value.AsSpan(semicolon), lenient: true, out var parameters) ? parameters : SipParameters.None;
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
