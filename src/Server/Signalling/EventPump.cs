using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>How the wait of a pump's owner ends.</summary>
/// <param name="ComeIn">On being let in: the event to send and the revision it holds; null when not inside after all.</param>
/// <param name="GoAway">On being turned away, once that has been said.</param>
internal sealed record WaitEnd(Func<Task<(object Event, long Rev)?>> ComeIn, Action GoAway);

/// <summary>Writes to one connection what its listener collected, as fast as that connection reads.</summary>
internal sealed class EventPump(IHubContext<RoomHub> hub, RoomClock clock, ILogger<EventPump> log)
{
    /// <summary>Time for a last reply to get out and for the client to close by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>A connection that takes nothing for so long is given up (fault F-22); it may resume on a new one.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(8);

    /// <param name="known">Revision of the snapshot the client got; facts up to it are not repeated.</param>
    /// <param name="waits">For whoever still waits to be let in.</param>
    public async Task RunAsync(ClientConnection connection, Membership member, long known, WaitEnd? waits = null)
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
                    if (envelope.Content is LetIn)
                        known = await GreetAsync(client, waits, known, stop);
                    else if (!IsKnown(envelope, known))
                        await TellAsync(connection, client, (member.ParticipantId, envelope), stop);
                    if (envelope.Content is TurnedAway)
                        waits?.GoAway();
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

    private static bool IsKnown(FeedEnvelope envelope, long known) => envelope.Content switch
    {
        FeedItem { IsFact: true } or FactBatch => envelope.Rev <= known,
        DataSent => envelope.Rev < known, // said before they came in
        _ => false,
    };

    private async Task TellAsync(
        ClientConnection connection, IClientProxy client, (string Reader, FeedEnvelope Envelope) word, CancellationToken stop)
    {
        var content = word.Envelope.Content;
        await SendAsync(client, RoomEvents.NameOf(content), new RawJson(RoomEvents.RenderFor(word.Envelope, word.Reader)), stop);
        if (content is not Dismissed)
            return;
        await Task.Delay(Grace, stop);
        connection.Abort();
    }

    private async Task<long> GreetAsync(IClientProxy client, WaitEnd? waits, long known, CancellationToken stop)
    {
        if (waits is null || await waits.ComeIn() is not var (admitted, rev))
            return known;
        await SendAsync(client, "Admitted", admitted, stop);
        return rev;
    }

    private Task SendAsync(IClientProxy client, string name, object payload, CancellationToken stop) =>
        client.SendAsync(name, payload, stop).WaitAsync(LongestWrite, clock.Time, stop);
}
