using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;

namespace Sylk.Conference.Headless.Cli;

/// <summary><c>sylk-headless whip|whep|join</c>.</summary>
internal static class Program
{
    private const string Usage = """
        sylk-headless whip|whep|join --url http://127.0.0.1:8080 --room NAME
          --name TEXT        on the roster (Headless)
          --token TOKEN      where the room needs one
          --bitrate N        of the published video in bits per second, 0 for none (1000000)
          --fps N            (30)
          --audio-octets N   payload of each audio packet, 0 for none (80)
          --audio-slots N    receive places for audio (whep: 3, join: 3)
          --video-slots N    receive places for video (whep: 1, join: 9)
          --duration N       seconds (10)
          --json             print the result as JSON
        """;

    public static async Task<int> Main(string[] args)
    {
        var arguments = new Arguments(args);
        if (arguments.Verb is not ("whip" or "whep" or "join") || !arguments.Has("room"))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = Stop(stop);
        try
        {
            return await RunAsync(arguments, stop.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is JoinRefusedException or HttpRequestException or FormatException or UriFormatException)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    private static bool Stop(CancellationTokenSource stop)
    {
        stop.Cancel();
        return true;
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken stop)
    {
        var plan = new PublishPlan(
            arguments.Number("bitrate", 1_000_000), arguments.Number("fps", 30), arguments.Number("audio-octets", 80));
        using var identity = new PeerIdentity(TimeProvider.System);
        using var client = new HeadlessClient(identity, arguments.Verb == "whep" ? null : new Publisher(plan, TimeProvider.System));
        using var http = new HttpClient();
        var session = await JoinAsync(arguments, client, http, stop).ConfigureAwait(false);
        if (!client.Peer.Accept(MonotonicClock.Now, session.Answer))
            throw new JoinRefusedException("The answer has no transport this client can use.");
        client.Run(TimeSpan.FromSeconds(arguments.Number("duration", 10)), stop);
        var report = Report.From(client);
        client.Peer.Close(MonotonicClock.Now);
        await session.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        Console.WriteLine(arguments.Has("json") ? report.ToJson() : report.ToString());
        return report.State == nameof(PeerState.Connected) ? 0 : 1;
    }

    private static Task<ISession> JoinAsync(Arguments arguments, HeadlessClient client, HttpClient http, CancellationToken stop)
    {
        var url = new Uri(arguments.Text("url", "http://127.0.0.1:8080"));
        var token = arguments.Has("token") ? arguments.Text("token", "") : null;
        var target = new JoinTarget(url, arguments.Text("room", ""), arguments.Text("name", "Headless"), token);
        var (audio, video) = arguments.Verb switch { "whip" => (0, 0), "whep" => (3, 1), _ => (3, 9) };
        var publish = client.Publisher?.Ssrcs ?? default;
        var offer = PeerOffer.Create(
            client.Peer, publish, arguments.Number("audio-slots", audio), arguments.Number("video-slots", video));
        return arguments.Verb switch
        {
            "whip" => WhipClient.OpenAsync(http, target, offer, stop),
            "whep" => WhepClient.OpenAsync(http, target, offer, stop),
            _ => HubClient.OpenAsync(target, offer, publish, stop),
        };
    }
}
