using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

/// <param name="Messages">What was said, in order.</param>
internal sealed record TimelineOutput(string CallId, CallInfo? Call, ImmutableArray<TimelineMessage> Messages);

/// <param name="OffsetMs">Since the first message.</param>
/// <param name="Direction"><c>in</c> or <c>out</c>, as this server sees it.</param>
/// <param name="Summary"><c>INVITE</c>, or <c>200 OK</c>.</param>
/// <param name="Method">Of requests; of responses, what they answer.</param>
/// <param name="Size">In bytes.</param>
internal sealed record TimelineMessage(
    DateTimeOffset At, long OffsetMs, string Direction, string Transport, string Remote, string Summary, string Method, int Size, bool HasDescription);

/// <summary><c>/calls/{id}/timeline</c> and its like: what a call's signalling was, for who looks for a fault.</summary>
internal sealed class CallTracesApi(SylkOptions options, IServiceProvider parts) : IApiResource
{
    private const string CaptureType = "application/vnd.tcpdump.pcap";

    private readonly CallTraces? _traces = parts.GetService<CallTraces>();
    private readonly CallBook? _book = parts.GetService<CallBook>();

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/calls/{call}/timeline", Timeline, "getCallTimeline", "What a call's signalling was, for 72 hours, on the node it came in on.")
            .Needs(Scopes.ServerRead).Gives<TimelineOutput>();
        routes.Get("/calls/{call}/ladder.svg", Ladder, "getCallLadder", "The same as a picture.").Needs(Scopes.ServerRead).GivesText("image/svg+xml");
        routes.Get("/calls/{call}/trace.pcap", Capture, "getCallTrace", "The same as a capture file, secrets starred out.").Needs(Scopes.ServerRead).GivesText(CaptureType);
    }

    private Task<ApiReply> Timeline(HttpContext context) => With(context, (id, messages) =>
    {
        var lines = messages.Select(TraceLine.Of).ToArray();
        return ApiReply.Ok(new TimelineOutput(id, _book?.Find(id), [.. lines.Select(line => new TimelineMessage(
            line.At, (long)(line.At - lines[0].At).TotalMilliseconds, line.IsOurs ? "out" : "in", line.Transport, line.Remote, line.Summary, line.For, line.Size,
            line.HasDescription))]));
    });

    private Task<ApiReply> Ladder(HttpContext context) => With(context, (_, messages) => ApiReply.Text("image/svg+xml", TraceDrawing.Draw([.. messages.Select(TraceLine.Of)])));

    private Task<ApiReply> Capture(HttpContext context) => With(context, (id, messages) =>
    {
        var file = TraceFile.Write(messages, new IPEndPoint(SipPart.AddressOf(options), options.Sip.Udp is > 0 and var port ? port : 5_060));
        return ApiReply.Written(async () =>
        {
            context.Response.ContentType = CaptureType;
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.pcap\"";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.Body.WriteAsync(file, context.RequestAborted);
        });
    });

    private Task<ApiReply> With(HttpContext context, Func<string, IReadOnlyList<TracedMessage>, ApiReply> show)
    {
        var id = Links.RouteValue(context, "call");
        return Task.FromResult(_traces?.Of(id) is { Count: > 0 } messages
            ? show(id, messages)
            : ApiReply.No(ErrorCodes.RoomNotFound, "This node knows no signalling of such a call (Observability:CallTraces)."));
    }
}
