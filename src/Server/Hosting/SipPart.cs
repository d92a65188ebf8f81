using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Phones on this node: the SIP door where it does signalling, their sound where it carries media.</summary>
internal static class SipPart
{
    public static void AddSip(this IServiceCollection services, SylkOptions options)
    {
        if (!options.Sip.Enabled)
            return;
        services.AddSingleton<LegMail>();
        services.AddSingleton<ILegListener>(parts => parts.GetRequiredService<LegMail>());
        services.AddSingleton(parts => SettingsOf(options, parts.GetRequiredService<Certificates>()));
        if (ClusterPart.Does(options, "web"))
        {
            services.AddSingleton<CallBook>();
            services.AddSingleton(DoorOf);
            services.AddSingleton<IPhoneDialer>(parts => parts.GetRequiredService<SipDoor>());
            services.AddHostedService<SipOpening>();
        }
    }

    /// <summary>Loopback where nobody from elsewhere is expected.</summary>
    public static IPAddress AddressOf(SylkOptions options) => options.Sip.Address.Length > 0
        ? IPAddress.Parse(options.Sip.Address)
        : OptionRules.IsLoopbackOnly(options.Http) ? IPAddress.Loopback : IPAddress.Any;

    /// <summary>What is on loopback only may talk to loopback.</summary>
    public static AllowedNetworks NetworksOf(SylkOptions options)
    {
        var listed = options.Sip.AllowedNetworks.Select(text => IPNetwork.Parse(text));
        return new([.. IPAddress.IsLoopback(AddressOf(options)) ? listed.Append(IPNetwork.Parse("127.0.0.0/8")) : listed]);
    }

    private static SipBridgeSettings SettingsOf(SylkOptions options, Certificates certificates) => new()
    {
        Address = AddressOf(options),
        Udp = PortOf(options.Sip.Udp),
        Tcp = PortOf(options.Sip.Tcp),
        Tls = certificates.Current is null ? null : PortOf(options.Sip.Tls),
        PublicHost = options.Sip.PublicHost,
        Certificate = () => certificates.Current,
        Domains = DomainsOf(options),
        Inbound = Enum.Parse<SipInbound>(options.Sip.Inbound, ignoreCase: true),
        Encryption = Enum.Parse<LegEncryption>(options.Sip.MediaEncryption, ignoreCase: true),
        AllowSdesOverPlain = options.Sip.AllowSdesOverPlain,
        Networks = NetworksOf(options),
        TrustedPeers = [.. options.Sip.TrustedPeers.Select(text => IPNetwork.Parse(text))],
        AnswerDelay = TimeSpan.FromMilliseconds(options.Sip.AnswerDelayMs),
        Language = options.Sip.Language,
        Keypad = Enum.Parse<KeypadProfile>(options.Sip.Keypad, ignoreCase: true),
        Dial = DialOf(options),
        Calls = new SipCallSettings { RingTimeout = TimeSpan.FromMinutes(10) }, // calls end their ringing themselves
    };

    private static DialSettings DialOf(SylkOptions options)
    {
        var dial = options.Sip.DialOut;
        var settings = new DialSettings
        {
            Enabled = dial.Enabled,
            AllowPrefixes = [.. dial.AllowPrefixes],
            AllowDomains = [.. dial.AllowDomains],
            PerRoom = dial.PerRoom,
            PerUserPerHour = dial.PerUserPerHour,
            MaxDuration = TimeSpan.FromMilliseconds(dial.MaxDurationMs),
            RingTimeout = TimeSpan.FromMilliseconds(dial.RingTimeoutMs),
            Trunks = [.. options.Sip.Trunks.Select(TrunkOf)],
        };
        // Nodes of one cluster share what they are kept in; its address is a secret.
        var shared = options.Cluster.Connection.Length > 0 ? options.Cluster.Connection : options.Storage.Connection;
        return options.Cluster.Mode == "localhost" || shared.Length == 0 ? settings : settings with { HopToken = Ids.Fingerprint("hop\n" + shared)[..32] };
    }

    private static SipTrunk TrunkOf(TrunkOptions trunk) => new(trunk.Name, SipUri.TryParse(trunk.Uri, out var uri) ? uri : throw new ArgumentException(trunk.Uri))
    {
        Realm = trunk.Realm,
        User = trunk.User,
        Password = trunk.Password,
        Register = trunk.Register,
        CallerId = trunk.CallerId,
        Encryption = trunk.MediaEncryption.Length == 0 ? null : Enum.Parse<LegEncryption>(trunk.MediaEncryption, ignoreCase: true),
        Qualify = TimeSpan.FromMilliseconds(trunk.OptionsPingMs),
    };

    private static ImmutableArray<string> DomainsOf(SylkOptions options)
    {
        var host = new HostString(options.Server.PublicHost).Host;
        return host.Length == 0 ? [.. options.Sip.Domains] : [.. options.Sip.Domains, host, $"conference.{host}"];
    }

    private static int? PortOf(int port) => port < 0 ? null : port;

    private static SipDoor DoorOf(IServiceProvider parts) => new(
        parts.GetRequiredService<SipBridgeSettings>(),
        new SipBridgeTools(
            parts.GetRequiredService<IGrainFactory>(), parts.GetRequiredService<IMediaNodes>(), parts.GetRequiredService<RoomFeedHub>(),
            parts.GetRequiredService<RoomClock>())
        {
            Refusals = RefusalOf,
            Mail = parts.GetRequiredService<LegMail>(),
            Book = parts.GetRequiredService<CallBook>(),
            Loggers = parts.GetRequiredService<ILoggerFactory>(),
        });

    /// <summary>What the table of errors means to a phone; prompts are named like its words.</summary>
    private static SipRefusal RefusalOf(string code)
    {
        var entry = ErrorRegistry.Of(code);
        return new(entry.Sip ?? 500, entry.Title, entry.Spoken?.Replace('_', '-'));
    }
}

/// <summary>Opens the SIP ports once the rooms are there, and closes them first.</summary>
internal sealed class SipOpening(SipDoor door) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        door.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => door.DisposeAsync().AsTask();
}
