using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>
/// <c>GET /events</c> as server-sent events (WHATWG HTML §9.2): one field block per event, its id to resume from, and a
/// comment every 15 seconds so that proxies keep the connection. A stream ends within a second of the key it was opened with.
/// </summary>
internal sealed class EventStream(EventTail tail, KeyRing keys, RoomClock clock)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly byte[] Comment = Encoding.ASCII.GetBytes(": \n\n");

    public async Task WriteAsync(HttpContext context, EventFilter filter)
    {
        var reader = tail.Open(out var close);
        try
        {
            var lastId = context.Request.Headers["Last-Event-ID"].ToString();
            var missed = lastId.Length == 0 ? [] : await tail.SinceAsync(lastId, context.RequestAborted);
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            var told = new HashSet<long>();
            foreach (var logged in missed)
            {
                told.Add(logged.Position);
                await WriteAsync(context, logged, filter);
            }
            await context.Response.Body.WriteAsync(Comment, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await FollowAsync(context, reader, filter, told);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone: nothing is owed.
        }
        finally
        {
            close();
        }
    }

    private async Task FollowAsync(HttpContext context, ChannelReader<LoggedEvent> reader, EventFilter filter, HashSet<long> told)
    {
        var spokeAt = clock.Now;
        while (await MayReadAsync(context))
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            using var alarm = clock.Time.CreateTimer(_ => pause.Cancel(), null, Look, Timeout.InfiniteTimeSpan);
            if (!await ReadyAsync(reader, pause.Token, context.RequestAborted))
                return;
            while (reader.TryRead(out var logged))
            {
                if (!told.Remove(logged.Position))
                    await WriteAsync(context, logged, filter);
            }
            if (clock.Now - spokeAt >= Heartbeat)
            {
                await context.Response.Body.WriteAsync(Comment, context.RequestAborted);
                spokeAt = clock.Now;
            }
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>False once the key, or the key of the session, was taken back or has expired.</summary>
    private async ValueTask<bool> MayReadAsync(HttpContext context) =>
        Caller.IdOf(context) is not { } id || !id.StartsWith(ApiKey.IdPrefix, StringComparison.Ordinal) || await keys.GoodAsync(id) is not null;

    /// <returns>False when the stream is over; true when there is something, or it is time for a sign of life.</returns>
    private static async Task<bool> ReadyAsync(ChannelReader<LoggedEvent> reader, CancellationToken pause, CancellationToken gone)
    {
        try
        {
            return await reader.WaitToReadAsync(pause);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return true;
        }
    }

    private static Task WriteAsync(HttpContext context, LoggedEvent logged, EventFilter filter)
    {
        if (!filter.Wants(logged.Event))
            return Task.CompletedTask;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"id: {logged.Event.Id}\nevent: {logged.Event.Type}\ndata: {EventEnvelope.Of(logged.Event)}\n\n");
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}

/// <summary>Which events a stream wants.</summary>
/// <param name="Room">Null for all.</param>
/// <param name="Types">Types and families (<c>room.*</c>); empty for all.</param>
internal sealed record EventFilter(string? Room, IReadOnlyList<string> Types)
{
    public bool Wants(OutboundEvent happened) =>
        (Room is null || Room == happened.Room) && (Types.Count == 0 || Types.Any(type => EventTypes.Covers(type, happened.Type)));
}
