using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Accounts;
using Sylk.Conference.Server.Api;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Files;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.Server.Web;
using Sylk.Conference.Server.Webhooks;
using Sylk.Conference.Server.Whip;
using Sylk.Conference.Sfu;
using Sylk.Conference.Storage;

namespace Sylk.Conference.Server;

/// <summary>Makes this node's media engine; the engine reports to <paramref name="listener"/> from then on.</summary>
internal delegate IMediaEngine MediaEngineFactory(SylkOptions options, IMediaListener listener, ILoggerFactory loggers);

/// <summary>The one place where objects are put together.</summary>
internal static class Composition
{
    /// <param name="more">Last word on services, for tests.</param>
    public static WebApplication Build(StartupOptions startup, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var options = startup.Options;
        builder.AddLogging(options.Observability, startup.IsDevelopment);
        builder.AddListeners(options.Http);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(options.Server.StopTimeoutMs));
        // Hosted services start in this order: what rooms are kept in is there before the first room.
        builder.Services.AddStorage(StorageOf(options));
        AddRooms(builder, options);
        AddDoors(builder.Services, startup);
        var inMemory = options.Storage.Mode == "memory";
        builder.Services.AddAccounts(options); // first: what is ours never leaves by another door
        builder.Services.AddSip(options);
        builder.Services.AddXmpp(options);
        builder.Services.AddMsrp(options);
        builder.Services.AddAuth(options, inMemory);
        builder.Services.AddApi(inMemory);
        builder.Services.AddWebhooks(options);
        // Nodes that share a database share no disk.
        if (options.Storage.Mode == "postgres")
            builder.Services.AddSingleton<IFileContent, StoredFiles>();
        else
            builder.Services.AddSingleton<IFileContent>(new DiskFiles(FilesFolder(options)));
        builder.Services.AddHostedService<FileSweep>();
        builder.Services.AddMetrics(options.Observability);
        more?.Invoke(builder.Services);
        var app = builder.Build();
        Connect(app, options);
        return app;
    }

    private static void AddRooms(WebApplicationBuilder builder, SylkOptions options)
    {
        var clock = new RoomClock(TimeProvider.System);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(Settings(options));
        builder.Services.AddSingleton<MediaEngineFactory>(MediaStart.Start);
        builder.Services.AddSingleton(services => services.GetRequiredService<MediaEngineFactory>()(
            options, services.GetRequiredService<JoinTimes>(), services.GetRequiredService<ILoggerFactory>()));
        var cluster = ClusterPart.Of(options);
        builder.AddRooms(Ids.New(Ids.Node, clock.Now), cluster);
        builder.Services.AddSingleton<DrainTools>();
        builder.Services.AddSingleton<Drain>();
        if (cluster is not null)
            builder.Services.AddSingleton<IHostLifetime, DrainLifetime>();
        builder.AddClusterDashboard();
    }

    private static void AddDoors(IServiceCollection services, StartupOptions startup)
    {
        services.AddSingleton(startup);
        services.AddSingleton(startup.Options);
        services.AddSingleton<LiveOptions>();
        services.AddSingleton<Certificates>();
        services.AddHealth();
        services.AddSingleton<IApiResource, ReloadApi>();
        services.AddSingleton<Origins>();
        services.AddSingleton<JoinTimes>();
        services.AddSingleton<RoomDoor>();
        services.AddSingleton<EventPump>();
        services.AddSingleton<JoinCalls>();
        services.AddSingleton<MediaCalls>();
        services.AddSingleton<PeopleCalls>();
        services.AddSingleton<ChatCalls>();
        services.AddSingleton<FileCalls>();
        services.AddSingleton<FileDoor>();
        services.AddSingleton<WaitingCalls>();
        services.AddSingleton<PhoneCalls>();
        services.AddSingleton<VisitorCalls>();
        services.AddSingleton<RoomOpenings>();
        services.AddSingleton<Entrance>();
        services.AddSingleton<JoinReplies>();
        services.AddSingleton<StatisticsCalls>();
        services.AddSingleton<WhipDoor>();
        services.AddSingleton<WebFiles>();
        services.AddRoomHub();
    }

    private static void Connect(WebApplication app, SylkOptions options)
    {
        var (live, tools) = (app.Services.GetRequiredService<LiveOptions>(), app.Services.GetRequiredService<RoomTools>());
        ClusterPart.Introduce(app.Services, options);
        app.Services.GetRequiredService<LocalMediaNode>().Legs = app.Services.GetService<ILegEngine>();
        live.Changed += () => tools.Settings = Settings(options);
        app.UseTrustedProxies(options.Http, live);
        app.UseTraceIds();
        app.UseProblems();
        PrivateListener.Use(app, options.Http);
        app.UseSecurityHeaders(options.Web);
        app.UseReferencePolicy();
        app.UseOriginCheck();
        app.UseApi();
        if (ClusterPart.Does(options, "web"))
            OpenDoors(app);
        app.MapHealth();
        app.MapScrape(options.Observability);
        app.MapClusterDashboard();
        app.UseReload();
    }

    private static void OpenDoors(WebApplication app)
    {
        app.MapRoomHub();
        app.MapAccountHub();
        app.MapWhip();
        app.MapSip();
        app.MapPublicApi();
        app.MapApi();
        app.MapOidc();
        app.MapFiles();
        app.MapApiDocument();
        app.MapReferencePage();
        app.MapProblemPages();
        app.MapWebApp();
    }

    private static RoomsSettings Settings(SylkOptions options) => new(
        OptionRules.WhoMayOpen(options), options.Rooms.FirstJoinerModerates, options.Rooms.MaxParticipants,
        options.Rooms.DepartureTimeoutMs, options.Media.MaxBitrateBps, [.. options.Media.VideoCodecs],
        [.. options.Rooms.Permanent.Select(name => name.ToLowerInvariant())], options.Rooms.EmptyTimeoutMs)
    {
        ConferenceNumbers = options.Sip is { Enabled: true, AccessNumbers.Length: > 0 },
        Files = new(
            options.Files.Enabled, options.Files.MaxBytes, options.Files.RetentionMs > 0 ? TimeSpan.FromMilliseconds(options.Files.RetentionMs) : null),
    };

    private static StorageSettings StorageOf(SylkOptions options) => new(
        Enum.Parse<StorageMode>(options.Storage.Mode, ignoreCase: true), options.Storage.Connection, options.Server.DataDir);

    /// <summary>A process that keeps nothing keeps no files either.</summary>
    private static string FilesFolder(SylkOptions options) => options.Storage.Mode == "memory"
        ? Directory.CreateTempSubdirectory("sylk-files-").FullName
        : Path.Combine(options.Server.DataDir, "files");
}
