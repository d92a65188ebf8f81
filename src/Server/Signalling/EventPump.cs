using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Writes to one connection what its listener collected, as fast as that connection reads.</summary>
internal sealed class EventPump(IHubContext<RoomHub> hub, ILogger<EventPump> log)
{
    /// <summary>Time for a last reply to get out and for the client to close by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <param name="known">Revision of the snapshot the client got; facts up to it are not repeated.</param>
    public async Task RunAsync(ClientConnection connection, Membership member, long known)
    {
        var client = hub.Clients.Client(connection.Id);
        var stop = member.Stop.Token;
        var waiting = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await member.Listener.TakeAsync(waiting, stop);
                foreach (var envelope in waiting)
                {
                    if (envelope.Content is FeedItem { IsFact: true } or FactBatch && envelope.Rev <= known)
                        continue;
                    if (envelope.Content is DataSent && envelope.Rev < known)
                        continue; // said before they came in
                    var payload = new RawJson(RoomEvents.RenderFor(envelope, member.ParticipantId));
                    await client.SendAsync(RoomEvents.NameOf(envelope.Content), payload, stop);
                    if (envelope.Content is Dismissed)
                        await DismissAsync(connection, stop);
                }
                waiting.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // The connection closed or left: nobody to tell any more.
        }
#pragma warning disable CA1031 // one connection's trouble ends that connection only (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.PumpFailed(connection.Id, problem);
            connection.Abort();
        }
    }

    private static async Task DismissAsync(ClientConnection connection, CancellationToken stop)
    {
        await Task.Delay(Grace, stop);
        connection.Abort();
    }
}
