namespace Sylk.Conference.Server.Options;

internal sealed class ServerOptions
{
    /// <summary>Host (and port) in links; empty means the host of the request.</summary>
    public string PublicHost { get; set; } = "";

    /// <summary>Where everything that must survive a restart lies.</summary>
    public string DataDir { get; set; } = "./data";

    /// <summary>What this process does; empty means all.</summary>
    [OneOf("web", "rooms", "media", "sip", "xmpp", "gateway")]
    public string[] Roles { get; set; } = [];

    /// <summary>How long the end of the process may take after SIGTERM.</summary>
    [Within(0, 3_600_000)]
    public int StopTimeoutMs { get; set; } = 30_000;

    /// <summary>How long a drained node waits for what cannot move.</summary>
    [Within(0, 86_400_000)]
    public int DrainTimeoutMs { get; set; } = 1_800_000;
}
