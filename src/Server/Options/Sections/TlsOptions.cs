namespace Sylk.Conference.Server.Options;

internal sealed class TlsOptions
{
    /// <summary>Where the certificate comes from; empty means files when they are named, else off on loopback and selfSigned elsewhere.</summary>
    [OneOf("off", "selfSigned", "files")]
    public string Mode { get; set; } = "";

    /// <summary>PEM, the server's certificate first, then its chain.</summary>
    [Live]
    public string CertFile { get; set; } = "";

    /// <summary>PEM.</summary>
    [Live]
    public string KeyFile { get; set; } = "";
}
