namespace Sylk.Conference.Protocols.Sip;

/// <summary>Where an address of record can be reached (RFC 3261 section 10.3, RFC 5626).</summary>
/// <param name="Contact">As registered, its URI parameters part of it.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="CallId">Of the REGISTER that made or refreshed it.</param>
/// <param name="Sequence">Its CSeq number.</param>
/// <param name="Flow">What it came on; requests go there (RFC 5626 section 5.3).</param>
public sealed record SipBinding(SipNameAddress Contact, Instant ExpiresAt, string CallId, uint Sequence, SipFlow Flow)
{
    /// <summary>0 to 1 as written, or null.</summary>
    public string? Weight => Contact.Parameters["q"];

    /// <summary>The device, <c>&lt;urn:uuid:…&gt;</c>.</summary>
    public string? Instance => Contact.Parameters["+sip.instance"];

    public string? RegId => Contact.Parameters["reg-id"];

    /// <summary>Routes to the device (RFC 3327), to be used as Route.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    public string UserAgent { get; init; } = "";

    /// <summary>Its flow is kept open by the device and replaced by (instance, reg-id).</summary>
    public bool IsOutbound { get; init; }
}

/// <summary>Bounds of registrations, seconds and pieces.</summary>
public sealed record SipRegistrarSettings
{
    public uint DefaultExpires { get; init; } = 3600;

    public uint MinExpires { get; init; } = 60;

    public uint MaxExpires { get; init; } = 86_400;

    /// <summary>Bindings per address of record; the oldest gives way.</summary>
    public int MaxBindings { get; init; } = 10;

    /// <summary>Flow-Timer told to outbound devices.</summary>
    public int FlowTimer { get; init; } = 120;
}

/// <summary>What becomes of a REGISTER. The bindings are the new ones on 200, the old ones otherwise.</summary>
public sealed record SipRegistrationOutcome(int Status, string Reason, IReadOnlyList<SipBinding> Bindings)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}
