using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Phones;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Phones on this node: the SIP door where it does signalling, their sound where it carries media.</summary>
internal static class SipPart
{
    private const string SubProtocol = "sip";

    public static void AddSip(this IServiceCollection services, SylkOptions options)
    {
        if (!options.Sip.Enabled)
            return;
        if (AudioLibraries.Missing is { Count: > 0 } missing)
        {
            services.AddHostedService(parts => new SipAbsent(missing, parts.GetRequiredService<ILogger<SipAbsent>>()));
            return;
        }
        services.AddSingleton<LegMail>();
        services.AddSingleton<ILegListener>(parts => parts.GetRequiredService<LegMail>());
        services.AddSingleton<PhoneDirectory>();
        services.AddSingleton(parts => SettingsOf(options, parts.GetRequiredService<Certificates>(), parts.GetRequiredService<PhoneDirectory>()));
        if (ClusterPart.Does(options, "media"))
            services.AddSingleton<ILegEngine>(parts => PhonesOf(options, parts));
        if (ClusterPart.Does(options, "web"))
        {
            services.AddSingleton<CallBook>();
            services.AddSingleton(parts => TracesOf(options, parts.GetRequiredService<LiveOptions>()));
            services.AddSingleton(DoorOf);
            services.AddSingleton<IPhoneDialer>(parts => parts.GetRequiredService<SipDoor>());
            services.AddHostedService(parts => parts.GetRequiredService<PhoneDirectory>());
            services.AddSingleton<IAddressDoor>(parts => parts.GetRequiredService<SipDoor>().Addresses);
            if (options.Presence.Enabled)
                services.AddSingleton(parts => parts.GetRequiredService<SipDoor>().Presence!);
            services.AddHostedService<SipOpening>();
        }
    }

    /// <summary>SIP over WebSocket at <c>/sip</c> (RFC 7118); pages of other origins are refused before the upgrade (attack TS-21).</summary>
    public static void MapSip(this WebApplication app)
    {
        if (app.Services.GetService<SipDoor>() is not { } door)
            return;
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(60) });
        app.Map("/sip", context => ServeAsync(context, door));
    }

    private static async Task ServeAsync(HttpContext context, SipDoor door)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "A WebSocket with the subprotocol sip is needed.");
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        var remote = new IPEndPoint(context.Connection.RemoteIpAddress ?? IPAddress.None, context.Connection.RemotePort);
        if (!await door.ServeAsync(socket, remote, context.Request.IsHttps, context.RequestAborted))
            await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, "too many connections", context.RequestAborted);
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

    private static SipBridgeSettings SettingsOf(SylkOptions options, Certificates certificates, PhoneDirectory directory) => new()
    {
        Address = AddressOf(options),
        Udp = PortOf(options.Sip.Udp),
        Tcp = PortOf(options.Sip.Tcp),
        Tls = certificates.Current is null ? null : PortOf(options.Sip.Tls),
        PublicHost = options.Sip.PublicHost,
        Certificate = () => certificates.Current,
        Domains = DomainsOf(options),
        AccessNumbers = [.. options.Sip.AccessNumbers],
        Presence = options.Presence.Enabled,
        Inbound = Enum.Parse<SipInbound>(options.Sip.Inbound, ignoreCase: true),
        Encryption = Enum.Parse<LegEncryption>(options.Sip.MediaEncryption, ignoreCase: true),
        Networks = NetworksOf(options),
        TrustedPeers = [.. options.Sip.TrustedPeers.Select(text => IPNetwork.Parse(text))],
        AnswerDelay = TimeSpan.FromMilliseconds(options.Sip.AnswerDelayMs),
        Language = options.Rooms.DefaultLanguage,
        Keypad = Enum.Parse<KeypadProfile>(options.Sip.Keypad, ignoreCase: true),
        Dial = DialOf(options) with { MoreTrunks = () => directory.Trunks, Routes = () => directory.Routes },
        Accounts = new AccountSettings
        {
            Domain = RealmOf(options),
            Algorithms = [.. options.Sip.DigestAlgorithms.Select(name => SipDigest.Parse(name) ?? throw new InvalidOperationException(name))],
            Md5UserAgents = [.. options.Sip.DigestMd5UserAgents],
        },
        Calls = new SipCallSettings { RingTimeout = TimeSpan.FromMinutes(10) }, // calls end their ringing themselves
        NotifyEvery = TimeSpan.FromMilliseconds(options.Sip.ConferenceNotifyMs),
        PageOf = room => options.Server.PublicHost.Length > 0 ? $"https://{options.Server.PublicHost}/r/{room}" : "",
    };

    /// <summary>The domain of accounts that name none, and the realm of their passwords.</summary>
    public static string RealmOf(SylkOptions options) =>
        options.Sip.Realm.Length > 0 ? options.Sip.Realm.ToLowerInvariant() : DomainsOf(options) is [var first, ..] ? first.ToLowerInvariant() : "sylk";

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
            Trunks = TrunksOf(options),
            OutboundProxy = SipUri.TryParse(options.Sip.OutboundProxy, out var proxy) ? proxy : null,
        };
        // Nodes of one cluster share what they are kept in; its address is a secret.
        var shared = options.Cluster.Connection.Length > 0 ? options.Cluster.Connection : options.Storage.Connection;
        return options.Cluster.Mode == "localhost" || shared.Length == 0 ? settings : settings with { HopToken = Ids.Fingerprint("hop\n" + shared)[..32] };
    }

    /// <summary>The trunks of the configuration.</summary>
    public static ImmutableArray<SipTrunk> TrunksOf(SylkOptions options) => [.. options.Sip.Trunks.Select(TrunkOf)];

    private static SipTrunk TrunkOf(TrunkOptions trunk) => new(trunk.Name, SipUri.TryParse(trunk.Uri, out var uri) ? uri : throw new ArgumentException(trunk.Uri))
    {
        Realm = trunk.Realm,
        User = trunk.User,
        Password = trunk.Password,
        Register = trunk.Register,
        CallerId = trunk.CallerId,
        Encryption = trunk.MediaEncryption.Length == 0 ? null : Enum.Parse<LegEncryption>(trunk.MediaEncryption, ignoreCase: true),
        Qualify = TimeSpan.FromMilliseconds(trunk.OptionsPingMs),
        Peers = [.. trunk.AllowedPeers.Select(text => IPNetwork.Parse(text))],
    };

    private static PhoneEngine PhonesOf(SylkOptions options, IServiceProvider parts)
    {
        SipRules.TryReadPorts(options.Sip.RtpPorts, out var first, out var last);
        var (address, networks, sounds) = (AddressOf(options), NetworksOf(options), SoundsOf(options));
        var settings = new PhoneSettings
        {
            Bind = address.Equals(IPAddress.Any) ? null : address,
            AdvertisedIPv4 = AnnouncedOf(options, address, AddressFamily.InterNetwork),
            AdvertisedIPv6 = AnnouncedOf(options, address, AddressFamily.InterNetworkV6),
            FirstPort = first,
            LastPort = last,
            Threads = options.Sip.PhoneThreads > 0 ? options.Sip.PhoneThreads : PhoneSettings.UsualThreads,
            Codecs = [.. options.Sip.Codecs.Select(name => LegCodecs.TryRead(name, out var codec) ? codec : throw new InvalidOperationException(name))],
            Video = options.Sip.Video,
            AllowedNetworks = networks.Allows,
            AllowSdesOverPlain = options.Sip.AllowSdesOverPlain,
            SymmetricRtp = Enum.Parse<SymmetricRtp>(options.Sip.SymmetricRtp, ignoreCase: true),
            Ice = options.Sip.Ice,
            IceFull = options.Sip.IceFull,
            ComfortNoise = options.Sip.ComfortNoise,
            InbandKeys = options.Sip.InbandKeys,
            OwnTracks = options.Sip.OwnTracks,
            Prompts = sounds,
        };
        return new PhoneEngine(
            settings, parts.GetRequiredService<IMediaEngine>(), parts.GetRequiredService<LegRelay>(), parts.GetRequiredService<ILoggerFactory>(),
            parts.GetRequiredService<RoomClock>().Time);
    }

    /// <summary>Null where no prompts were made: phones then hear none.</summary>
    private static PromptLibrary? SoundsOf(SylkOptions options)
    {
        var folder = options.Sip.Sounds.Length > 0 ? options.Sip.Sounds : Path.Combine(AppContext.BaseDirectory, "sounds");
        if (!Directory.Exists(folder))
            return null;
        var library = new PromptLibrary(folder);
        foreach (var language in Directory.EnumerateDirectories(folder))
            library.Load(Path.GetFileName(language));
        return library;
    }

    private static IPAddress? AnnouncedOf(SylkOptions options, IPAddress bound, AddressFamily family)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any))
            return bound.AddressFamily == family ? bound : null;
        var candidates = options.Sip.AnnouncedAddress.Length > 0 ? [options.Sip.AnnouncedAddress] : options.Media.AnnouncedAddresses;
        return candidates.Length > 0
            ? candidates.Select(IPAddress.Parse).FirstOrDefault(address => address.AddressFamily == family)
            : MediaEngineOptions.DetectAddresses(withLoopback: false).FirstOrDefault(address => address.AddressFamily == family);
    }

    public static ImmutableArray<string> DomainsOf(SylkOptions options)
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
            Messages = parts.GetService<IMessageLegs>(),
            Accounts = parts.GetRequiredService<PhoneDirectory>(),
            Traces = parts.GetRequiredService<CallTraces>(),
            Loggers = parts.GetRequiredService<ILoggerFactory>(),
            Post = parts.GetRequiredService<IDirectPost>(),
            Presence = parts.GetRequiredService<IPresencePost>(),
        });

    private static CallTraces TracesOf(SylkOptions options, LiveOptions live)
    {
        var traces = new CallTraces { IsOn = IsTraced(options) };
        live.Changed += () => traces.IsOn = IsTraced(options);
        return traces;
    }

    private static bool IsTraced(SylkOptions options) => !options.Observability.CallTraces.Equals("off", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the table of errors means to a phone; prompts are named like its words.</summary>
    private static SipRefusal RefusalOf(string code)
    {
        var entry = ErrorRegistry.Of(code);
        return new(entry.Sip ?? 500, entry.Title, entry.Spoken?.Replace('_', '-'));
    }
}

/// <summary>Says why there are no phones.</summary>
internal sealed class SipAbsent(IReadOnlyList<string> missing, ILogger<SipAbsent> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        log.NoPhones(string.Join(", ", missing));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
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
