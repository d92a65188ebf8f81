namespace Sylk.Conference.Server.Options;

internal sealed class ClusterOptions
{
    /// <summary>Where nodes find each other; <c>localhost</c> is one node alone.</summary>
    [OneOf("localhost", "redis", "adonet")]
    public string Mode { get; set; } = "localhost";

    /// <summary>Connection string of that place.</summary>
    [Secret(0)]
    public string Connection { get; set; } = "";
}
