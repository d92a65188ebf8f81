namespace Sylk.Conference.Server.Options;

internal sealed class StorageOptions
{
    [OneOf("memory", "sqlite", "postgres")]
    public string Mode { get; set; } = "sqlite";

    /// <summary>Connection string; empty means a file in <c>Server:DataDir</c> for sqlite.</summary>
    [Secret(0)]
    public string Connection { get; set; } = "";
}
