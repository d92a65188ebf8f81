using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Scenarios;
using Sylk.Conference.Load.Serving;

const string Usage = """
    sylk-load fanout   --players 200 [--rooms 1] [--half-load]  one publisher in each room, many players
    sylk-load meetings --rooms 10 --people 10 [--half-load] everybody sees everybody
    sylk-load joins    --count 2000 --parallel 32           join and leave
    sylk-load storm    --players 200 --rate 200 [--hub]     joins and leaves beside players that stand
      --server PATH   sylk-conference.dll to start (src/Server/bin/Release/net10.0)
      --pid N --url U measures a running server instead
      --shards N      media threads of the started server (1); --seats N: of a room on one of them
      --bitrate N --fps N --audio-slots N --duration S
      --warmup S      before measuring (30): the runtime compiles the hot code anew in its first twenty seconds
      --half-load     half the players or rooms: delay without a queue
      --runs N        the table shows medians (5); --json FILE keeps every run
    """;

var arguments = new Arguments(args);
if (arguments.Verb is not ("fanout" or "meetings" or "joins" or "storm"))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var machine = MachineFacts.Read();
var divisor = arguments.Has("half-load") ? 2 : 1;
var results = new List<LoadResult>();
for (var run = 0; run < arguments.Number("runs", 5); run++)
{
    using var server = await ServerProcess.OpenAsync(arguments);
    results.Add(arguments.Verb switch
    {
        "fanout" => await Scenario.FanoutAsync(arguments, server, arguments.Number("players", 200) / divisor),
        "meetings" => await Scenario.MeetingsAsync(arguments, server, Math.Max(1, arguments.Number("rooms", 10) / divisor)),
        "storm" => await Storm.RunAsync(arguments, server),
        _ => await Scenario.JoinsAsync(arguments, server),
    });
}

var median = LoadResult.Median(results);
Console.WriteLine(ResultTable.Markdown(machine, median, results.Count));
ResultTable.Save(arguments.Text("json", "load.json"), machine, median, results);
return 0;
