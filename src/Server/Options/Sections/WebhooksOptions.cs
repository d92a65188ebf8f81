namespace Sylk.Conference.Server.Options;

internal sealed class WebhooksOptions
{
    /// <summary>Deliver to addresses of private networks and of this machine too.</summary>
    [Live]
    public bool AllowPrivateNetworks { get; set; }
}
