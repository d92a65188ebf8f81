using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>The whole server with its SIP door on a free port; its phones make no sound.</summary>
internal sealed class PhoneServer(RunningServer server) : IAsyncDisposable
{
    public RunningServer Server => server;

    public FakeLegs Legs { get; } = (FakeLegs)server.Services.GetRequiredService<ILegEngine>();

    public SipDoor Door { get; } = server.Services.GetRequiredService<SipDoor>();

    public int Port => Door.Ports[SipTransport.Udp];

    public static async Task<PhoneServer> StartAsync(params string[] settings) => new(await OpenAsync(_ => { }, settings));

    /// <param name="replace">Other parts than the usual ones.</param>
    /// <param name="settings">More of them.</param>
    public static Task<RunningServer> OpenAsync(Action<IServiceCollection> replace, params string[] settings) => RunningServer.StartAsync(
        ["--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", "--Msrp:Tcp=0", "--Msrp:Tls=0", .. settings],
        services =>
        {
            services.AddSingleton<ILegEngine>(parts => new FakeLegs(parts.GetRequiredService<LegMail>()));
            replace(services);
        });

    public WirePhone Phone(string user = "standup", string from = "\"Paula\" <sip:paula@phones.example>") => new(Port, user, from);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Waits for something that is about to be so.</summary>
    public static async Task UntilAsync(Func<bool> so)
    {
        for (var i = 0; i < 500 && !so(); i++)
            await Task.Delay(10);
        Assert.True(so());
    }
}
