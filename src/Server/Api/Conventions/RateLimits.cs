using System.Globalization;
using System.Threading.RateLimiting;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

/// <summary>
/// One bucket per key, one per address of those who show none (<c>Limits:*</c>). The framework's buckets, but our own
/// middleware: theirs cannot say on every reply what is left.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    private const int FillsPerSecond = 10;

    private readonly LimitsOptions _options;
    private readonly PartitionedRateLimiter<HttpContext> _buckets;

    public RateLimits(SylkOptions options)
    {
        _options = options.Limits;
        _buckets = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        {
            var (rate, burst) = Of(context);
            return RateLimitPartition.GetTokenBucketLimiter($"{Caller.BucketOf(context)} {rate} {burst}", _ => Bucket(rate, burst));
        });
    }

    public void Dispose() => _buckets.Dispose();

    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        using var lease = _buckets.AttemptAcquire(context);
        Tell(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }
        var (rate, _) = Of(context);
        await Problem.WriteAsync(context, new Refusal(ErrorCodes.RateLimited, "More slowly, please.", Math.Max(100, 1000 / rate)));
    }

    /// <summary>For doors that count only what was in vain: whoever guesses has a bucket, whoever knows has none.</summary>
    public bool IsSpent(HttpContext context) => _buckets.GetStatistics(context) is { CurrentAvailablePermits: < 1 };

    /// <summary>One more request in vain.</summary>
    public void Charge(HttpContext context) => _buckets.AttemptAcquire(context).Dispose();

    private (int Rate, int Burst) Of(HttpContext context) => Caller.IdOf(context) is null
        ? (_options.AnonymousRequestsPerSecond, _options.AnonymousRequestsBurst)
        : (_options.RequestsPerSecond, _options.RequestsBurst);

    /// <summary>Slow buckets fill one by one, fast ones ten times a second.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int rate, int burst) => new()
    {
        TokenLimit = Math.Max(burst, rate < FillsPerSecond ? 1 : rate / FillsPerSecond),
        TokensPerPeriod = rate < FillsPerSecond ? 1 : rate / FillsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(rate < FillsPerSecond ? 1.0 / rate : 1.0 / FillsPerSecond),
        QueueLimit = 0,
        AutoReplenishment = true,
    };

    /// <summary>draft-ietf-httpapi-ratelimit-headers: the bucket's size and the time to fill it, what is left and when it is full again.</summary>
    private void Tell(HttpContext context)
    {
        var (rate, burst) = Of(context);
        var left = _buckets.GetStatistics(context)?.CurrentAvailablePermits ?? 0;
        var name = Caller.IdOf(context) is null ? "anonymous" : "key";
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={burst};w={Math.Max(1, burst / rate)}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={left};t={(burst - left + rate - 1) / rate}");
    }
}
