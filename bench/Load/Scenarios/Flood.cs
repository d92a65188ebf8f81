using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>
/// a meeting in which everybody sends what the room allows, then one of them many times that. What the server's CPU and the
/// delay become, beside what they were in the same run.
/// </summary>
internal static class Flood
{
    private const int Settle = 3;

    public static async Task<LoadResult> RunAsync(Arguments arguments, IServerUnderLoad server)
    {
        var (people, times) = (arguments.Number("people", 10), arguments.Number("times", 10));
        var plan = new PublishPlan(arguments.Number("bitrate", 2_500_000), arguments.Number("fps", 30));
        var (warmUp, duration) = (TimeSpan.FromSeconds(arguments.Number("warmup", 20)), TimeSpan.FromSeconds(arguments.Number("duration", 10)));
        await using var crowd = new Crowd(server);
        await Crowd.InParallel(people, people, _ => crowd.PublishAsync("meeting", plan)).ConfigureAwait(false);
        await Crowd.InParallel(people, people, _ => crowd.PlayAsync("meeting", 3, people - 1)).ConfigureAwait(false);
        var calm = await new Forwarding(server, crowd).MeasureAsync("calm", warmUp, duration).ConfigureAwait(false);

        var offender = crowd.Present.First(peer => peer.Publisher is not null);
        await crowd.Loop.Do(() =>
        {
            offender.Publisher!.Exceed(times);
            return true;
        }).ConfigureAwait(false);
        var flooded = await new Forwarding(server, crowd)
            .MeasureAsync($"flood: one of {people} sends {times} times its {plan.Bitrate / 1000} kbit/s", TimeSpan.FromSeconds(Settle), duration)
            .ConfigureAwait(false);
        return flooded.After(calm) with
        {
            CalmCpuPercent = calm.ServerCpuPercent,
            CpuRatio = flooded.ServerCpuPercent / calm.ServerCpuPercent,
        };
    }
}
