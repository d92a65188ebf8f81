using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>Processes that find each other in one PostgreSQL.</summary>
/// <param name="membership">Where else than there.</param>
internal sealed class Nodes(string connection, params string[] membership) : IAsyncDisposable
{
    private readonly List<Node> _all = [];

    public IEnumerable<Node> Alive => _all.Where(node => !node.HasEnded);

    /// <summary>Nothing but an empty database; tables are the nodes' business.</summary>
    public static async Task<Nodes> InAsync(PostgresCluster postgres, params string[] membership) => new(await postgres.CreateAsync(), membership);

    /// <param name="roles">Empty for all.</param>
    public Node Start(string roles = "", params string[] settings)
    {
        string[] role = roles.Length > 0 ? [$"--Server:Roles={roles}"] : [];
        var node = Node.Start(["--Cluster:Mode=adonet", "--Cluster:Port=0", "--Storage:Mode=postgres", $"--Storage:Connection={connection}", .. membership, .. role, .. settings]);
        _all.Add(node);
        return node;
    }

    public async Task<Node> StartReadyAsync(string roles = "", params string[] settings)
    {
        var node = Start(roles, settings);
        await node.ReadyAsync();
        return node;
    }

    /// <summary>All that every process has logged, for a failed test's message.</summary>
    public string Logs => string.Join("\n\n", _all.Select(node => $"== {node.Address}\n{node.Log}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _all)
            await node.DisposeAsync();
    }
}
