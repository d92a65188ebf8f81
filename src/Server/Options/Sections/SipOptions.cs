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

    /// <summary>Who may call: nobody, or whoever calls a room.</summary>
    [OneOf("off", "roomsOnly")]
    public string Inbound { get; set; } = "roomsOnly";

    /// <summary>Whether phone media may be, or must be, encrypted.</summary>
    [OneOf("off", "allow", "require")]
    public string MediaEncryption { get; set; } = "allow";

    /// <summary>Takes keys of phone media over signalling without TLS too.</summary>
    public bool AllowSdesOverPlain { get; set; }

    /// <summary>In order of preference.</summary>
    [OneOf("opus", "G722", "PCMU", "PCMA")]
    public string[] Codecs { get; set; } = ["opus", "G722", "PCMU", "PCMA"];

    /// <summary>Networks of peers that may say who calls, such as `192.0.2.0/28`.</summary>
    public string[] TrustedPeers { get; set; } = [];

    /// <summary>Networks besides public ones that signalling and phone media may be sent to.</summary>
    public string[] AllowedNetworks { get; set; } = [];

    /// <summary>What keys do: after a star, bare digits as with FreeSWITCH, or nothing.</summary>
    [OneOf("default", "freeswitch", "none")]
    public string Keypad { get; set; } = "default";

    /// <summary>Of prompts, where a room names none.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Folder of prompts, one folder inside per language; empty: the ones that came with the program.</summary>
    public string Sounds { get; set; } = "";

    /// <summary>A caller is answered no sooner than after this.</summary>
    [Within(0, 60_000)]
    public int AnswerDelayMs { get; set; }

    /// <summary>Milliseconds between two notices of a room's changes to one subscriber of its conference events.</summary>
    [Within(100, 600_000)]
    public int ConferenceNotifyMs { get; set; } = 5_000;

    /// <summary>Threads that mix phones; 0 means a quarter of the cores, at least one.</summary>
    [Within(0, 64)]
    public int PhoneThreads { get; set; }
}
