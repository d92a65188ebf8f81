using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using Sylk.Conference.Rooms;
using Sylk.Conference.Rooms.Tests;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

/// <summary>The whole server on a free port of this machine, with a media engine that moves no packet and a clock that stands.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app, ManualTime time, FakeMediaEngine engine)
    {
        (_app, Time, Engine) = (app, time, engine);
        Address = new Uri(Greeting.AddressOf(app));
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public ManualTime Time { get; }
    public FakeMediaEngine Engine { get; }
    public Uri Address { get; }
    public HttpClient Http { get; }

    /// <summary>Where the server listens, in the order of the configuration.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _app.Urls.Select(url => new Uri(url))];

    public IServiceProvider Services => _app.Services;

    public IRoomGrain Room(string name) => Services.GetRequiredService<IGrainFactory>().GetGrain<IRoomGrain>(name);

    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(settings, _ => { });

    /// <param name="more">Last word on services.</param>
    internal static async Task<RunningServer> StartAsync(string[] settings, Action<IServiceCollection> more)
    {
        var (time, engine) = (new ManualTime(), new FakeMediaEngine());
        var startup = StartupOptions.Read(["--dev", "--Http:Urls=http://127.0.0.1:0", "--Observability:LogLevel=None", "--Sip:Enabled=false", .. settings]);
        Assert.Empty(startup.Problems);
        var app = Composition.Build(startup, services =>
        {
            services.AddSingleton(new RoomClock(time));
            services.Configure<PrometheusAspNetCoreOptions>(scrape => scrape.ScrapeResponseCacheDurationMilliseconds = 0);
            services.AddSingleton<MediaEngineFactory>((_, listener, _) =>
            {
                engine.Listener = listener;
                return engine;
            });
            more(services);
        });
        await app.StartAsync();
        return new RunningServer(app, time, engine);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>One server for all tests of a class; each test uses its own rooms.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync("--Web:EmbedOrigins=https://friends.example.org");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
