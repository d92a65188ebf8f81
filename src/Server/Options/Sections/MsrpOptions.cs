namespace Sylk.Conference.Server.Options;

internal sealed class MsrpOptions
{
    /// <summary>Chat and files of callers over MSRP; only where there is SIP.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>TCP port; -1 is off, 0 lets the system choose.</summary>
    [Within(-1, 65_535)]
    public int Tcp { get; set; } = 2_855;

    /// <summary>The same for TLS; off where there is no certificate (`Tls:Mode`).</summary>
    [Within(-1, 65_535)]
    public int Tls { get; set; } = 2_856;

    /// <summary>Host of the relay (RFC 4976) that clients reach the text of calls through; empty: they connect here.</summary>
    public string RelayHost { get; set; } = "";

    [Within(1, 65_535)]
    public int RelayPort { get; set; } = 2_855;

    /// <summary>TLS to the relay, whose certificate must be good for its host; then only clients with TLS go through it.</summary>
    public bool RelayTls { get; set; } = true;

    /// <summary>The account at the relay.</summary>
    public string RelayUser { get; set; } = "";

    [Secret(0)]
    public string RelayPassword { get; set; } = "";

    /// <summary>Milliseconds that a message in chunks may stand still before it is forgotten.</summary>
    [Within(1_000, 3_600_000)]
    public int ChunkTimeoutMs { get; set; } = 120_000;
}
