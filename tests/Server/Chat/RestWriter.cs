using System.Globalization;
using System.Net.Http.Json;
using Sylk.Conference.Server.Tests.Storage;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A program that posts lines by REST, each under an idempotency key, and tries again what had no answer.</summary>
internal sealed class RestWriter(KeptServer server, ChatLogFile log, string room) : IChatWriter
{
    private const int MostTries = 5;

    public string Name => "rest";

    public string Room => room;

    public bool Reads => false;

    public bool IsSettled => true;

    public async Task RunAsync(ChatHours hours)
    {
        var over = hours.Writing;
        for (var number = 1; !over.IsCancellationRequested; number++)
        {
            var id = number.ToString(CultureInfo.InvariantCulture);
            for (var tries = 0; tries < MostTries && !over.IsCancellationRequested; tries++)
            {
                if (await TryAsync(id, $"rest {id}"))
                    break;
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private async Task<bool> TryAsync(string id, string content)
    {
        log.Write(ChatDeed.Invoke, "rest", room, id, content);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/rooms/{room}/messages") { Content = JsonContent.Create(new { content }) };
            request.Headers.Add("Idempotency-Key", $"{room} {id}");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var reply = await server.Http.SendAsync(request, patience.Token);
            log.Write(reply.IsSuccessStatusCode ? ChatDeed.Acknowledged : ChatDeed.Refused, "rest", room, id, content);
            return reply.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            log.Write(ChatDeed.Unanswered, "rest", room, id, content);
            return false;
        }
    }
}
