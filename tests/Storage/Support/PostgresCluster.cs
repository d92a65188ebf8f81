using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Storage.Tests;

/// <summary>A PostgreSQL of our own in a temporary folder: started, stopped and killed at will.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Unprivileged = "postgres";

    private readonly string _folder;
    private readonly int _port = FreePort.Take(SocketType.Stream);

    private PostgresCluster(string folder) => _folder = folder;

    public static async Task<PostgresCluster> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sylk-pg-").FullName;
        var cluster = new PostgresCluster(folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", Unprivileged, folder);
        await cluster.PostgresAsync("initdb", "-D", cluster.Data, "-U", "sylk", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        await cluster.ResumeAsync();
        return cluster;
    }

    private string Data => Path.Combine(_folder, "data");

    public string Connection(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=sylk;Database={database}");

    /// <summary>A database nobody has used.</summary>
    public async Task<string> CreateAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new Npgsql.NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return Connection(name);
    }

    public Task ResumeAsync() => PostgresAsync(
        "pg_ctl", "-D", Data, "-w", "-s", "-l", Path.Combine(_folder, "log"), "start", "-o",
        string.Create(
            CultureInfo.InvariantCulture,
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=off -c max_connections=100"));

    /// <summary>As if it crashed: no goodbye to clients, recovery at the next start.</summary>
    public Task CrashAsync() => PostgresAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "-s", "stop");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await CrashAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task PostgresAsync(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/" + program;
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", Unprivileged, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // No pipes: the server it starts would hold them open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "cd / && exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}

/// <summary>One cluster for the whole test program; each test takes a database of its own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    public PostgresCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await PostgresCluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
