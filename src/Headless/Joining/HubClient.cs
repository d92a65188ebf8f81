using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Headless.Joining;

/// <summary>Joins through the room hub as the web page does: one <c>Join</c> with the offer in it.</summary>
public sealed class HubClient : ISession
{
    private readonly HubConnection _connection;

    private HubClient(HubConnection connection, SessionDescription answer) => (_connection, Answer) = (connection, answer);

    public SessionDescription Answer { get; }

    /// <exception cref="JoinRefusedException">The envelope says so, or nobody admitted us.</exception>
    public static async Task<ISession> OpenAsync(
        JoinTarget target, SessionDescription offer, PublishedSsrcs publish, CancellationToken cancellation)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(target.Server, "/hubs/room")).WithStatefulReconnect().Build();
        try
        {
            await connection.StartAsync(cancellation).ConfigureAwait(false);
            var reply = await connection.InvokeAsync<JsonElement>("Join", Body(target, offer, publish), cancellation).ConfigureAwait(false);
            return new HubClient(connection, ReadAnswer(reply));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task CloseAsync(CancellationToken cancellation)
    {
        await _connection.InvokeAsync<JsonElement>("Leave", new { }, cancellation).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static object Body(JoinTarget target, SessionDescription offer, PublishedSsrcs publish) => new
    {
        room = target.Room,
        token = target.Token,
        displayName = target.Name,
        client = new { name = "sylk-headless", version = "1", platform = "dotnet" },
        protocol = 1,
        offer = new { seq = 1, sdp = offer.ToString(), publish = Declarations(publish) },
    };

    private static List<object> Declarations(PublishedSsrcs publish)
    {
        var declarations = new List<object>();
        if (publish.Audio != 0)
            declarations.Add(new { mid = "0", source = "microphone", muted = false, simulcast = false });
        if (publish.Video != 0)
            declarations.Add(new { mid = declarations.Count == 0 ? "0" : "1", source = "camera", muted = false, simulcast = false });
        return declarations;
    }

    private static SessionDescription ReadAnswer(JsonElement reply)
    {
        var joined = reply.GetProperty("ok").GetBoolean()
            && reply.GetProperty("value") is var value
            && value.TryGetProperty("answer", out var answer) && answer.ValueKind == JsonValueKind.Object
            && answer.TryGetProperty("sdp", out var sdp) && SdpParser.TryParse(sdp.GetString() ?? "", out var description, out _)
            ? description
            : null;
        return joined ?? throw new JoinRefusedException($"The hub answered {reply.GetRawText()}");
    }
}
