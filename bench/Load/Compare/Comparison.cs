using System.Net;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Scenarios;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Compare;

/// <summary>The same scenario against both servers in turn, each time a fresh process, so that both see the same hour.</summary>
internal sealed class Comparison(Arguments arguments, IPAddress address)
{
    private static readonly string[] Order = [Target.Ours, Target.Janus];

    /// <summary>Runs all rounds and prints one line for each run as it ends.</summary>
    public async Task<IReadOnlyList<ComparedServer>> RunAsync(string scenario, int rounds)
    {
        var servers = Order.Select(name => new ComparedServer(name)).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var compared in servers)
            {
                using var server = await Target.OpenAsync(compared.Name, arguments, address).ConfigureAwait(false);
                var result = await Scenario.RunAsync(scenario, arguments, server).ConfigureAwait(false);
                compared.Add(server.Settings, result);
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"round {round + 1}, {compared.Name}: {result.ServerCpuMicrosPerPacket:0.##} µs a packet, {result.ForwardedPerSecond:0} packets/s, loss {result.LossPercent:0.####} %"));
            }
        }

        return servers;
    }
}

/// <summary>One server's runs.</summary>
internal sealed class ComparedServer(string name)
{
    private readonly List<LoadResult> _runs = [];

    public string Name => name;

    public string Settings { get; private set; } = "";

    public IReadOnlyList<LoadResult> Runs => _runs;

    public LoadResult Median => LoadResult.Median(_runs);

    public void Add(string settings, LoadResult run)
    {
        Settings = settings;
        _runs.Add(run);
    }
}
