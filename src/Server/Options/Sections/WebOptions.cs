namespace Sylk.Conference.Server.Options;

internal sealed class WebOptions
{
    /// <summary>Origins that may embed pages and call the doors from elsewhere.</summary>
    [Live]
    public string[] EmbedOrigins { get; set; } = [];

    /// <summary>Folder of the web app; empty means <c>wwwroot</c> beside the program.</summary>
    [Live]
    public string Root { get; set; } = "";
    public BrandingOptions Branding { get; } = new();
}

internal sealed class BrandingOptions
{
    [Live]
    public string ProductName { get; set; } = "Sylk Conference";

    [Live]
    public string LobbyText { get; set; } = "";

    [Live]
    public string PrivacyUrl { get; set; } = "";

    [Live]
    public string TermsUrl { get; set; } = "";

    [Live]
    public string HelpUrl { get; set; } = "";
}
