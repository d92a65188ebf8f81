using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Who may be called (limit L21). Off unless the operator says otherwise.</summary>
public sealed record DialSettings
{
    public bool Enabled { get; init; }

    /// <summary>Beginnings of numbers that may be called, as they are after normalisation: <c>+49</c>, or <c>2</c> for extensions. None: no numbers.</summary>
    public ImmutableArray<string> AllowPrefixes { get; init; } = [];

    /// <summary>Domains whose users may be called; <c>*.example.net</c> is every domain below. None: no domains but those of trunks.</summary>
    public ImmutableArray<string> AllowDomains { get; init; } = [];

    /// <summary>Calls a room may have out at the same time.</summary>
    public int PerRoom { get; init; } = 2;

    /// <summary>Calls one person, key or peer may place in an hour.</summary>
    public int PerUserPerHour { get; init; } = 10;

    /// <summary>A call is ended after that, counted from its answer.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a call rings when nobody says how long.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public ImmutableArray<SipTrunk> Trunks { get; init; } = [];

    /// <summary>Trunks that were added while the server runs.</summary>
    public Func<ImmutableArray<SipTrunk>> MoreTrunks { get; init; } = () => [];

    /// <summary>The configured ones first.</summary>
    public ImmutableArray<SipTrunk> AllTrunks => MoreTrunks() is { IsEmpty: false } more ? [.. Trunks, .. more] : Trunks;

    /// <summary>The dial plan, in its order.</summary>
    public Func<ImmutableArray<PhoneRoute>> Routes { get; init; } = () => [];

    /// <summary>Everything that begins here is sent there first (RFC 3261 section 8.1.2); null: where it is for. Registered phones are called the way they came.</summary>
    public SipUri? OutboundProxy { get; init; }

    /// <summary>Known by all nodes of this server and by nobody else; how a call that comes back is recognised (rule SIP-LOOP-2).</summary>
    public string HopToken { get; init; } = Ids.Secret();
}

/// <summary>An operator that takes calls to telephone numbers.</summary>
/// <param name="Name">As requests name it.</param>
/// <param name="Uri">Where it is: <c>sip:operator.example;transport=tls</c>.</param>
public sealed record SipTrunk(string Name, SipUri Uri)
{
    /// <summary>Whom the password is for; it is shown to nobody else (attack TS-08). Empty: the host of <see cref="Uri"/>.</summary>
    public string Realm { get; init; } = "";

    /// <summary>Empty: challenges are not answered.</summary>
    public string User { get; init; } = "";
    public string Password { get; init; } = "";

    /// <summary>Keeps a registration there (RFC 3261 section 10.2).</summary>
    public bool Register { get; init; }

    /// <summary>The number shown to those who are called; empty: the room.</summary>
    public string CallerId { get; init; } = "";

    /// <summary>Null: as the door has it.</summary>
    public LegEncryption? Encryption { get; init; }

    /// <summary>Between two OPTIONS by which we see that it is there; zero: never.</summary>
    public TimeSpan Qualify { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where its calls come from; they may say who calls and need no password.</summary>
    public ImmutableArray<IPNetwork> Peers { get; init; } = [];

    public string RealmOrHost => Realm.Length > 0 ? Realm : Uri.Host;
}
