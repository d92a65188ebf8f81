using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Chat;
using Sylk.Conference.Load.Compare;
using Sylk.Conference.Load.Rest;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Scenarios;
using Sylk.Conference.Load.Serving;

const string Usage = """
    sylk-load fanout   --players 200 [--rooms 1] [--half-load]  one publisher in each room, many players
    sylk-load meetings --rooms 10 --people 10 [--half-load] everybody sees everybody
    sylk-load audio    --talkers 3 --players 500            a few voices, many listeners
    sylk-load trios    --rooms 20                           meetings of three
    sylk-load joins    --count 2000 --parallel 32           join and leave; --staged: rooms with a publisher
    sylk-load storm    --players 200 --rate 200 [--hub]     joins and leaves beside players that stand
    sylk-load flood    --people 10 --times 10 [--bitrate 2500000] one of a meeting sends too much (R-19)
    sylk-load soak     --players 250 --minutes 10           a fan-out for long, with the server's collections and pauses
    sylk-load rest     --clients 50                         the REST API: reads and writes, 99th percentiles beside their bars
    sylk-load chat     --pages 100 --msrp 20 --xmpp 20 --rate 2000  one room's chat over three wires: delay and loss beside the bar; --storage memory
    sylk-load mixing   --phones 100 --people 10 --codec opus  phones mixed on one thread beside bare libopus; --codec pcmu
    sylk-load mouthtoear --pairs 10 --codec pcmu --duration 30  how much later one phone hears another because of the bridge; --codec opus
    sylk-load rooms    --count 10000                        rooms with one participant each: memory beside its bar
    sylk-load compare  --scenario NAME [its options]        the same against Sylk.Conference and Janus in turn
      --target NAME   sylk or janus, for a scenario alone (sylk)
      --server PATH   sylk-conference.dll to start (src/Server/bin/Release/net10.0)
      --pid N --url U measures a running server instead
      --shards N      media threads of the started server (1); --seats N: of a room on one of them
      --janus PATH --janus-plugins FOLDER   where Debian has put them
      --event-loops N media threads of Janus (1: its best here); 0 for a thread per connection
      --janus-log N   its debug_level (2)
      --bitrate N --fps N --audio-slots N --duration S
      --warmup S      before measuring (30): the runtime compiles the hot code anew in its first twenty seconds
      --watch-memory  the server's allocations, collections and pauses, as soak does
      --half-load     half the players or rooms: delay without a queue
      --runs N        the table shows medians (5); --json FILE keeps every run
    """;

var arguments = new Arguments(args);
var comparing = arguments.Verb == "compare";
var scenario = comparing ? arguments.Text("scenario", "fanout") : arguments.Verb;
if ((scenario is not (RestLoad.Verb or ChatLoad.Verb or ManyRooms.Verb or MixingCost.Verb or MouthToEar.Verb) && !Scenario.Names.Contains(scenario)) || arguments.Has("help"))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

try
{
    if (scenario == MixingCost.Verb)
    {
        MixingCost.Run(arguments);
        return 0;
    }
    await (scenario switch { RestLoad.Verb => RestLoad.RunAsync(arguments), ManyRooms.Verb => ManyRooms.RunAsync(arguments), ChatLoad.Verb => ChatLoad.RunAsync(arguments), MouthToEar.Verb => MouthToEar.RunAsync(arguments), _ => RunAsync() });
    return 0;
}
#pragma warning disable CA1031 // caught so that the servers it has started are ended on the way out
catch (Exception problem)
#pragma warning restore CA1031
{
    Console.Error.WriteLine(problem);
    return 1;
}

async Task RunAsync()
{
    var machine = MachineFacts.Read();
    var (runs, json) = (arguments.Number("runs", 5), arguments.Text("json", "load.json"));
    if (comparing)
    {
        var servers = await new Comparison(arguments, MachineAddress.BesidesLoopback()).RunAsync(scenario, runs);
        Console.WriteLine(ResultTable.Markdown(machine, servers));
        ResultTable.Save(json, machine, servers);
        return;
    }

    var target = arguments.Text("target", Target.Ours);
    var address = target == Target.Ours ? MachineAddress.Loopback : MachineAddress.BesidesLoopback();
    var results = new List<LoadResult>();
    for (var run = 0; run < runs; run++)
    {
        using var server = await Target.OpenAsync(target, arguments, address);
        results.Add(await Scenario.RunAsync(scenario, arguments, server));
    }

    var median = LoadResult.Median(results);
    Console.WriteLine(ResultTable.Markdown(machine, median, results.Count));
    ResultTable.Save(json, machine, median, results);
}
