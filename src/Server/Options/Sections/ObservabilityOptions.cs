namespace Sylk.Conference.Server.Options;

internal sealed class ObservabilityOptions
{
    /// <summary>Answer <c>/metrics</c>.</summary>
    [Live]
    public bool Prometheus { get; set; } = true;

    /// <summary>Where traces and metrics are sent as OTLP (gRPC), such as http://localhost:4317; empty means nowhere.</summary>
    public string Otlp { get; set; } = "";

    /// <summary>Whether what calls say in SIP is kept for 72 hours, secrets starred out.</summary>
    [Live]
    [OneOf("off", "signalling")]
    public string CallTraces { get; set; } = "signalling";

    [Live]
    [OneOf("text", "json")]
    public string LogFormat { get; set; } = "text";

    /// <summary>The least severe level that is logged.</summary>
    [Live]
    [OneOf("Trace", "Debug", "Information", "Warning", "Error", "Critical", "None")]
    public string LogLevel { get; set; } = "Information";
}
