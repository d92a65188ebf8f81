using Sylk.Conference.ChatBridge;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Hosting;

/// <summary>The text of calls on this node: wherever SIP is answered.</summary>
internal static class MsrpPart
{
    public static void AddMsrp(this IServiceCollection services, SylkOptions options)
    {
        if (!options.Msrp.Enabled || services.All(part => part.ServiceType != typeof(SipDoor)))
            return;
        services.AddSingleton(parts => new MsrpDoor(
            SettingsOf(options, parts.GetRequiredService<Certificates>()) with { OriginToken = parts.GetRequiredService<SipBridgeSettings>().Dial.HopToken },
            new MsrpBridgeTools(
                parts.GetRequiredService<IGrainFactory>(), parts.GetRequiredService<RoomFeedHub>(), parts.GetRequiredService<RoomClock>(),
                parts.GetRequiredService<ILoggerFactory>())
            {
                Files = options.Files.Enabled ? parts.GetService<IFileContent>() : null,
            }));
        services.AddSingleton<IMessageLegs>(parts => parts.GetRequiredService<MsrpDoor>());
        services.AddHostedService<MsrpOpening>();
    }

    private static MsrpBridgeSettings SettingsOf(SylkOptions options, Certificates certificates) => new()
    {
        Address = SipPart.AddressOf(options),
        Tcp = options.Msrp.Tcp < 0 ? null : options.Msrp.Tcp,
        Tls = options.Msrp.Tls < 0 || certificates.Current is null ? null : options.Msrp.Tls,
        PublicHost = options.Sip.PublicHost,
        Certificate = () => certificates.Current,
        ChunkTimeout = TimeSpan.FromMilliseconds(options.Msrp.ChunkTimeoutMs),
        MaxFile = () => options.Files.MaxBytes,
        Relay = options.Msrp.RelayHost.Length == 0 ? null : new MsrpRelayAccount(
            new MsrpUri(options.Msrp.RelayTls, options.Msrp.RelayHost, options.Msrp.RelayPort, ""), options.Msrp.RelayUser, options.Msrp.RelayPassword),
        MayReach = SipPart.NetworksOf(options).Allows,
        LinkOf = (room, file, reader, key) => options.Server.PublicHost.Length > 0
            ? $"https://{options.Server.PublicHost}/api/v1/files/{file}/content?room={room}&p={reader}&k={key}"
            : "",
    };
}

/// <summary>Opens the MSRP ports right after those of SIP; until then calls get no text.</summary>
internal sealed class MsrpOpening(MsrpDoor door) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        door.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => door.DisposeAsync().AsTask();
}
