namespace Sylk.Conference.Server.Options;

internal sealed class ClusterOptions
{
    /// <summary>Where nodes find each other: `adonet` is PostgreSQL, `localhost` one node alone.</summary>
    [OneOf("localhost", "redis", "adonet")]
    public string Mode { get; set; } = "localhost";

    /// <summary>Connection string of that place; empty means that of the storage.</summary>
    [Secret(0)]
    public string Connection { get; set; } = "";

    /// <summary>Where other nodes reach this one: a loopback or private address.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>TCP, for other nodes only; 0 lets the system choose.</summary>
    [Within(0, 65_535)]
    public int Port { get; set; } = 11_111;
}
