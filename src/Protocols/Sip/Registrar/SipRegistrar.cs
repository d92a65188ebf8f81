using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// What a REGISTER does to the bindings of an address of record: all of it or nothing (RFC 3261 section 10.3, RFC 5626, RFC 3327). The
/// caller has authenticated who asks, owns the store, and answers with what comes out.
/// </summary>
public static class SipRegistrar
{
    /// <summary>The key of the bindings, from To; null when it is no SIP address (answer 400).</summary>
    public static string? AddressOf(SipMessage request) => request.To is { Uri: { IsSip: true, User: not null } uri } ? uri.AddressOfRecord : null;

    /// <param name="now">The instant of the call.</param>
    /// <param name="bindings">What is bound now; those that have expired are left out.</param>
    /// <param name="request">REGISTER.</param>
    /// <param name="flow">What it came on.</param>
    /// <param name="settings">Bounds.</param>
    public static SipRegistrationOutcome Register(Instant now, IReadOnlyList<SipBinding> bindings, SipMessage request, SipFlow flow, SipRegistrarSettings settings)
    {
        List<SipBinding> old = [.. bindings.Where(binding => binding.ExpiresAt > now)];
        if (AddressOf(request) is null)
        {
            return Refuse(400, "Bad Address Of Record", old);
        }

        var stars = request.List(SipHeader.Contact).Count(value => value == "*");
        if (stars > 0)
        {
            return stars == 1 && request.List(SipHeader.Contact).Count == 1 && request.Number(SipHeader.Expires) == 0
                ? Clear(now, old, request, settings)
                : Refuse(400, "Bad Contact", old);
        }

        if (!request.TryGetAddresses(SipHeader.Contact, out var contacts) || contacts.Any(contact => !contact.Uri.IsSip))
        {
            return Refuse(400, "Bad Contact", old);
        }

        if (!FirstHopKeepsFlows(request) && request.Lists(SipHeader.Supported, "outbound") && contacts.Any(contact => contact.Parameters.Has("reg-id")))
        {
            return Refuse(439, null, old);
        }

        var outcome = new List<SipBinding>(old);
        foreach (var contact in contacts)
        {
            if (Bind(now, outcome, contact, request, flow, settings) is { } refusal)
            {
                return refusal with { Bindings = old };
            }
        }

        while (outcome.Count > settings.MaxBindings)
        {
            outcome.Remove(outcome.MinBy(binding => binding.ExpiresAt)!);
        }

        return Grant(now, outcome, request, settings, request.Lists(SipHeader.Supported, "outbound") && contacts.Any(contact => IsOutbound(contact, request)));
    }

    private static SipRegistrationOutcome? Bind(
        Instant now, List<SipBinding> bindings, SipNameAddress contact, SipMessage request, SipFlow flow, SipRegistrarSettings settings)
    {
        var asked = ExpiresOf(contact, request) ?? settings.DefaultExpires;
        if (asked > 0 && asked < settings.MinExpires)
        {
            return Refuse(423, null, []) with { Headers = [(SipHeader.MinExpires, Text(settings.MinExpires))] };
        }

        var outbound = IsOutbound(contact, request);
        var same = bindings.Find(binding => outbound && binding.IsOutbound
            ? binding.Instance == contact.Parameters["+sip.instance"] && binding.RegId == contact.Parameters["reg-id"]
            : binding.Contact.Uri.IsSame(contact.Uri));
        var sequence = request.CSeq!.Value.Number;
        if (same is not null && same.CallId == request.CallId && sequence <= same.Sequence)
        {
            return Refuse(500, "CSeq Out Of Order", []);
        }

        if (same is not null)
        {
            bindings.Remove(same);
        }

        if (asked > 0)
        {
            var expires = TimeSpan.FromSeconds(Math.Min(asked, settings.MaxExpires));
            bindings.Add(new SipBinding(contact, now + expires, request.CallId!, sequence, flow)
            {
                Path = request.List(SipHeader.Path),
                UserAgent = request.First(SipHeader.UserAgent) ?? "",
                IsOutbound = outbound,
            });
        }

        return null;
    }

    private static SipRegistrationOutcome Clear(Instant now, List<SipBinding> bindings, SipMessage request, SipRegistrarSettings settings) =>
        bindings.Exists(binding => binding.CallId == request.CallId && request.CSeq!.Value.Number <= binding.Sequence)
            ? Refuse(500, "CSeq Out Of Order", bindings)
            : Grant(now, [], request, settings, outbound: false);

    private static SipRegistrationOutcome Grant(Instant now, List<SipBinding> bindings, SipMessage request, SipRegistrarSettings settings, bool outbound)
    {
        List<(string, string)> headers = [];
        foreach (var binding in bindings)
        {
            headers.Add((SipHeader.Contact, Describe(now, binding, request)));
        }

        if (outbound)
        {
            headers.Add((SipHeader.Require, "outbound"));
            headers.Add((SipHeader.FlowTimer, settings.FlowTimer.ToString(CultureInfo.InvariantCulture)));
        }

        if (request.Lists(SipHeader.Supported, "path"))
        {
            headers.AddRange(request.List(SipHeader.Path).Select(path => (SipHeader.Path, path)));
        }

        return new SipRegistrationOutcome(200, SipReasons.Of(200), bindings) { Headers = headers };
    }

    private static string Describe(Instant now, SipBinding binding, SipMessage request)
    {
        var left = (long)Math.Ceiling((binding.ExpiresAt - now).TotalSeconds);
        var contact = binding.Contact.With("expires", Math.Max(left, 0).ToString(CultureInfo.InvariantCulture));
        if (binding.Instance is { } instance && request.Lists(SipHeader.Supported, "gruu"))
        {
            contact = contact.With("pub-gruu", SipText.Quote($"{AddressOf(request)};gr={instance.Trim('<', '>')}"));
        }

        return contact.ToString();
    }

    /// <summary>Instance and reg-id; a reg-id alone, or one that came by a first hop that keeps no flow, is ignored (RFC 5626 section 6).</summary>
    private static bool IsOutbound(SipNameAddress contact, SipMessage request) =>
        contact.Parameters.Has("+sip.instance") && contact.Parameters.Has("reg-id") && FirstHopKeepsFlows(request);

    /// <summary>
    /// We are the first hop, or it has said "ob" in its Path, which no other hop may (RFC 5626 sections 5.1 and 6).
    /// </summary>
    private static bool FirstHopKeepsFlows(SipMessage request) => request.Vias.Count == 1
        || (request.TryGetAddresses(SipHeader.Path, out var path) && path.Any(hop => hop.Uri.Parameters.Has("ob")));

    /// <summary>The parameter counts before the header; neither is the default (section 10.2.1.1). What is no number counts as the default.</summary>
    private static uint? ExpiresOf(SipNameAddress contact, SipMessage request) =>
        contact.Parameters["expires"] is { } text ? SipText.TryReadNumber(text, out var number) ? number : null : request.Number(SipHeader.Expires);

    private static SipRegistrationOutcome Refuse(int status, string? reason, IReadOnlyList<SipBinding> bindings) =>
        new(status, reason ?? SipReasons.Of(status), bindings);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
