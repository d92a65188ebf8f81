namespace Sylk.Conference.Server.Options;

internal sealed class SipOptions
{
    public bool Enabled { get; set; } = true;

    /// <summary>The address SIP and its media listen on; empty: loopback where the pages are on loopback only, else all.</summary>
    public string Address { get; set; } = "";

    /// <summary>UDP port of signalling; -1 is off, 0 lets the system choose.</summary>
    [Within(-1, 65_535)]
    public int Udp { get; set; } = 5_060;

    /// <summary>The same for TCP.</summary>
    [Within(-1, 65_535)]
    public int Tcp { get; set; } = 5_060;

    /// <summary>The same for TLS; off where there is no certificate (`Tls:Mode`).</summary>
    [Within(-1, 65_535)]
    public int Tls { get; set; } = 5_061;

    /// <summary>Host in the addresses of this server; empty: the address a phone reaches it by.</summary>
    public string PublicHost { get; set; } = "";

    /// <summary>Domains whose users are rooms; this server's own addresses and `Server:PublicHost` always are.</summary>
    public string[] Domains { get; set; } = [];

    /// <summary>First and last UDP port of phone media, such as `20000-20999`.</summary>
    public string RtpPorts { get; set; } = "20000-20999";

    /// <summary>Addresses to name in descriptions; empty means the one a phone reaches this machine by.</summary>
    public string AnnouncedAddress { get; set; } = "";

    /// <summary>Who may call: nobody, whoever calls a room, only accounts, or anybody while accounts may register too.</summary>
    [OneOf("off", "roomsOnly", "accounts", "any")]
    public string Inbound { get; set; } = "roomsOnly";

    /// <summary>Whether phone media may be, or must be, encrypted.</summary>
    [OneOf("off", "allow", "require")]
    public string MediaEncryption { get; set; } = "allow";

    /// <summary>Takes keys of phone media over signalling without TLS too.</summary>
    public bool AllowSdesOverPlain { get; set; }

    /// <summary>ICE for phone media: answered where phones offer it, and offered in calls to them.</summary>
    public bool Ice { get; set; } = true;

    /// <summary>Checks ways to callers by itself instead of answering their checks only: for a server behind a NAT.</summary>
    public bool IceFull { get; set; }

    /// <summary>Where phones' sound without keys may come from other than where it was described: the host that signals or is described, any, or none.</summary>
    [OneOf("auto", "always", "never")]
    public string SymmetricRtp { get; set; } = "auto";

    /// <summary>In order of preference.</summary>
    [OneOf("opus", "G722", "PCMU", "PCMA")]
    public string[] Codecs { get; set; } = ["opus", "G722", "PCMU", "PCMA"];

    /// <summary>Offers comfort noise (RFC 3389) to phones that speak G.711 or G.722: a silent room is told to them, not sent.</summary>
    public bool ComfortNoise { get; set; }

    /// <summary>Callers with a camera may show it, and are shown who speaks.</summary>
    public bool Video { get; set; } = true;

    /// <summary>Networks of peers that may say who calls, such as `192.0.2.0/28`.</summary>
    public string[] TrustedPeers { get; set; } = [];

    /// <summary>Networks besides public ones that signalling and phone media may be sent to.</summary>
    public string[] AllowedNetworks { get; set; } = [];

    /// <summary>What keys do: after a star, bare digits as with FreeSWITCH, or nothing.</summary>
    [OneOf("default", "freeswitch", "none")]
    public string Keypad { get; set; } = "default";

    /// <summary>Takes tones in the sound of phones that know no telephone events (RFC 4733) for keys.</summary>
    public bool InbandKeys { get; set; }

    /// <summary>Folder of prompts, one folder inside per language; empty: the ones that came with the program.</summary>
    public string Sounds { get; set; } = "";

    /// <summary>A caller is answered no sooner than after this.</summary>
    [Within(0, 60_000)]
    public int AnswerDelayMs { get; set; }

    /// <summary>Our telephone numbers at which callers of `Sip:TrustedPeers` enter a room's conference id, such as `+31208005161`; the first is shown to people.</summary>
    public string[] AccessNumbers { get; set; } = [];

    /// <summary>Domain and realm of accounts that name none; empty: the first domain, or `sylk`.</summary>
    public string Realm { get; set; } = "";

    /// <summary>How accounts may prove themselves, in this order.</summary>
    [OneOf("SHA-256", "MD5")]
    public string[] DigestAlgorithms { get; set; } = ["SHA-256", "MD5"];

    /// <summary>Beginnings of User-Agent that are offered MD5 alone, because they fail at what they do not know.</summary>
    public string[] DigestMd5UserAgents { get; set; } = ["baresip v0.", "baresip v1."];

    /// <summary>Phones that may register; more by `/api/v1/sip/accounts`.</summary>
    public List<AccountOptions> Accounts { get; } = [];

    /// <summary>Where calls and registrations of ours are sent first, such as `sip:proxy.example;transport=tcp`; empty: where they are for.</summary>
    public string OutboundProxy { get; set; } = "";

    /// <summary>Operators that take calls to telephone numbers; the first is the usual one.</summary>
    public List<TrunkOptions> Trunks { get; } = [];
    public DialOutOptions DialOut { get; } = new();

    /// <summary>Milliseconds between two notices of a room's changes to one subscriber of its conference events.</summary>
    [Within(100, 600_000)]
    public int ConferenceNotifyMs { get; set; } = 5_000;

    /// <summary>Threads that mix phones; 0 means a quarter of the cores, at least two where there are two.</summary>
    [Within(0, 64)]
    public int PhoneThreads { get; set; }

    /// <summary>Phones of one room whose voices browsers get as tracks of their own; when more are in it, all their voices are one mixed track.</summary>
    [Within(0, 1_000)]
    public int OwnTracks { get; set; } = 12;
}

/// <summary>Calls out of rooms; while off nobody is called.</summary>
internal sealed class DialOutOptions
{
    public bool Enabled { get; set; }

    /// <summary>Beginnings of numbers that may be called, such as `+49`; none: no numbers.</summary>
    public string[] AllowPrefixes { get; set; } = [];

    /// <summary>Domains whose users may be called, such as `example.net` or `*.example.net`; none: none.</summary>
    public string[] AllowDomains { get; set; } = [];

    /// <summary>Calls a room may have out at the same time.</summary>
    [Within(1, 1_000)]
    public int PerRoom { get; set; } = 2;

    /// <summary>Calls one person, key or referring peer may place in an hour.</summary>
    [Within(1, 100_000)]
    public int PerUserPerHour { get; set; } = 10;

    /// <summary>A call is ended after that, counted from its answer.</summary>
    [Within(1_000, 86_400_000)]
    public int MaxDurationMs { get; set; } = 7_200_000;

    /// <summary>How long it rings where nobody says how long.</summary>
    [Within(1_000, 180_000)]
    public int RingTimeoutMs { get; set; } = 60_000;
}

/// <summary>A phone that may register.</summary>
internal sealed class AccountOptions
{
    /// <summary>What it registers and proves itself as.</summary>
    public string User { get; set; } = "";

    [Secret(8)]
    public string Password { get; set; } = "";

    /// <summary>One of `Sip:Domains`; empty: `Sip:Realm`.</summary>
    public string Domain { get; set; } = "";

    /// <summary>For the roster; empty: what the phone says.</summary>
    public string DisplayName { get; set; } = "";
}

/// <summary>An operator.</summary>
internal sealed class TrunkOptions
{
    /// <summary>As requests name it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is, such as `sip:operator.example;transport=tls`.</summary>
    public string Uri { get; set; } = "";

    /// <summary>Whom the password is for; empty: the host of the address.</summary>
    public string Realm { get; set; } = "";
    public string User { get; set; } = "";

    [Secret(0)]
    public string Password { get; set; } = "";

    /// <summary>Keeps a registration there.</summary>
    public bool Register { get; set; }

    /// <summary>The number shown to those who are called; empty: the room.</summary>
    public string CallerId { get; set; } = "";

    /// <summary>Empty: as `Sip:MediaEncryption`.</summary>
    [OneOf("off", "allow", "require")]
    public string MediaEncryption { get; set; } = "";

    /// <summary>Networks its calls come from, as `Sip:TrustedPeers`.</summary>
    public string[] AllowedPeers { get; set; } = [];

    /// <summary>Between two questions whether it is there; 0: it is not asked.</summary>
    [Within(0, 3_600_000)]
    public int OptionsPingMs { get; set; } = 30_000;
}
