using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Options;

/// <summary>Everything an operator can set, under the root <c>Sylk</c> (product §15). Durations in milliseconds.</summary>
internal sealed class SylkOptions
{
    public const string Root = "Sylk";

    public ServerOptions Server { get; } = new();
    public HttpOptions Http { get; } = new();
    public MediaOptions Media { get; } = new();
    public RoomsOptions Rooms { get; } = new();
    public WebOptions Web { get; } = new();
    public StorageOptions Storage { get; } = new();
    public ObservabilityOptions Observability { get; } = new();
}

internal sealed class ServerOptions
{
    /// <summary>Host (and port) in links; empty means the host of the request.</summary>
    public string PublicHost { get; set; } = "";
    public string DataDir { get; set; } = "./data";
    public int StopTimeoutMs { get; set; } = 30_000;
}

internal sealed class HttpOptions
{
    public string Urls { get; set; } = "http://localhost:8080";

    /// <summary>Addresses of reverse proxies whose forwarded headers are believed.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Limit L15; connections over loopback are not counted (a proxy on the same machine carries everybody).</summary>
    public int ConnectionsPerAddress { get; set; } = 256;
}

internal sealed class MediaOptions
{
    /// <summary>UDP port of shard 0; shard i uses the i-th port after it. 0 lets the system choose.</summary>
    public int UdpPort { get; set; } = 10_000;

    /// <summary>ICE-TCP port of shard 0.</summary>
    public int TcpPort { get; set; } = 10_000;

    /// <summary>Addresses to name in candidates; empty means those of this machine.</summary>
    public string[] AnnouncedAddresses { get; set; } = [];
    public string[] StunServers { get; set; } = [];

    /// <summary>0 means one per core, at most 16.</summary>
    public int Shards { get; set; }

    /// <summary>Connections of one room on one shard; the next ones go to another shard of the same server.</summary>
    public int RoomSeatsPerShard { get; set; } = MediaEngineOptions.DefaultRoomSeatsPerShard;

    /// <summary>Bits per second one publisher may send.</summary>
    public int MaxBitrateBps { get; set; } = 2_500_000;
    public string[] VideoCodecs { get; set; } = ["VP8", "H264"];
}

internal sealed class RoomsOptions
{
    /// <summary><c>true</c>, <c>signedIn</c> or <c>false</c>; empty means true on loopback, else signedIn.</summary>
    public string AutoCreate { get; set; } = "";
    public bool FirstJoinerModerates { get; set; } = true;
    public int MaxParticipants { get; set; } = 100;
    public int EmptyTimeoutMs { get; set; } = 300_000;
    public int DepartureTimeoutMs { get; set; } = 20_000;
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>Rooms that always exist.</summary>
    public string[] Permanent { get; set; } = [];
}

internal sealed class StorageOptions
{
    /// <summary><c>memory</c>, <c>sqlite</c> or <c>postgres</c>; with <c>--dev</c> it is memory unless this says otherwise.</summary>
    public string Mode { get; set; } = "";

    /// <summary>Connection string; empty means a file in <c>Server:DataDir</c> for sqlite.</summary>
    public string Connection { get; set; } = "";
}

internal sealed class WebOptions
{
    /// <summary>Origins that may embed pages and call the doors from elsewhere.</summary>
    public string[] EmbedOrigins { get; set; } = [];

    /// <summary>Folder of the web app; empty means <c>wwwroot</c> beside the program.</summary>
    public string Root { get; set; } = "";
    public BrandingOptions Branding { get; } = new();
}

internal sealed class BrandingOptions
{
    public string ProductName { get; set; } = "Sylk Conference";
    public string LobbyText { get; set; } = "";
    public string PrivacyUrl { get; set; } = "";
    public string TermsUrl { get; set; } = "";
    public string HelpUrl { get; set; } = "";
}

internal sealed class ObservabilityOptions
{
    public bool Prometheus { get; set; } = true;

    /// <summary><c>text</c> or <c>json</c>.</summary>
    public string LogFormat { get; set; } = "text";

    /// <summary>The least severe level that is logged.</summary>
    public string LogLevel { get; set; } = "Information";
}
