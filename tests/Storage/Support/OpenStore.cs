using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;
using Sylk.Conference.Rooms.Tests;

namespace Sylk.Conference.Storage.Tests;

/// <summary>A store as the server has it, in a place of its own.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _folder;
    private readonly bool _keep;

    private OpenStore(IHost host, string folder, bool keep) => (_host, _folder, _keep) = (host, folder, keep);

    public IServiceProvider Services => _host.Services;

    public IRoomStore Rooms => Services.GetRequiredService<IRoomStore>();

    public ManualTime Time { get; private init; } = null!;

    public string Folder => _folder;

    public static Task<OpenStore> OpenAsync(StorageMode mode, string connection = "") =>
        OpenAsync(new StorageSettings(mode, connection, Directory.CreateTempSubdirectory("sylk-store-").FullName), keep: false);

    /// <param name="keep">True leaves the folder for another to open.</param>
    public static async Task<OpenStore> OpenAsync(StorageSettings settings, bool keep)
    {
        var time = new ManualTime();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new RoomClock(time));
        builder.Services.AddStorage(settings);
        var host = builder.Build();
        await host.StartAsync();
        return new OpenStore(host, settings.DataDir, keep) { Time = time };
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (!_keep)
            Directory.Delete(_folder, recursive: true);
    }
}
