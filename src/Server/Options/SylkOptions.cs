namespace Sylk.Conference.Server.Options;

/// <summary>Everything an operator can set, under the root <c>Sylk</c> (product §15). Durations in milliseconds.</summary>
internal sealed class SylkOptions
{
    public const string Root = "Sylk";

    public ServerOptions Server { get; } = new();
    public HttpOptions Http { get; } = new();
    public TlsOptions Tls { get; } = new();
    public MediaOptions Media { get; } = new();
    public RoomsOptions Rooms { get; } = new();
    public AuthOptions Auth { get; } = new();
    public AddressesOptions Addresses { get; } = new();
    public FilesOptions Files { get; } = new();
    public WebOptions Web { get; } = new();
    public WebhooksOptions Webhooks { get; } = new();
    public SipOptions Sip { get; } = new();
    public XmppOptions Xmpp { get; } = new();
    public PresenceOptions Presence { get; } = new();
    public MsrpOptions Msrp { get; } = new();
    public ClusterOptions Cluster { get; } = new();
    public StorageOptions Storage { get; } = new();
    public LimitsOptions Limits { get; } = new();
    public ObservabilityOptions Observability { get; } = new();
}
