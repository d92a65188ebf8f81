using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What both hubs do with a request: limits, shape, and nothing but the envelope as an answer (product §7.2).</summary>
internal abstract class EnvelopeHub(ILogger log) : Hub
{
    /// <summary>One request of a client, whatever becomes of it.</summary>
    protected async Task<Reply> AnswerAsync<T>(MessageBudget budget, Action abort, JsonElement body, Func<T, Task<Reply>> act) where T : class
    {
        if (!budget.TryTake())
        {
            if (budget.IsExhausted)
                abort();
            return Reply.Refused(new Refusal(ErrorCodes.RateLimited, "Slower, please.", 1_000));
        }
        try
        {
            return body.ValueKind == JsonValueKind.Object && body.Deserialize<T>(Wire.Json) is { } request
                ? await act(request)
                : Reply.Refused(ErrorCodes.ValidationFailed, "The request is one object.");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException { Source: "System.Text.Json" })
        {
            return Reply.Refused(ErrorCodes.ValidationFailed, "The request does not have the expected shape.");
        }
        catch (RoomRefusedException refused)
        {
            return Reply.Refused(refused.Refusal, Problem.TraceOf(Context.GetHttpContext()));
        }
        catch (StoreUnavailableException)
        {
            return Reply.Refused(new Refusal(ErrorCodes.Overloaded, "Nothing can be kept now.", 2_000));
        }
#pragma warning disable CA1031 // nothing but the envelope leaves the hub (product §7.2)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            var trace = Problem.TraceOf(Context.GetHttpContext());
            log.HubFailed(typeof(T).Name, trace, problem);
            return Reply.Refused(new Refusal(ErrorCodes.Internal, "An error occurred."), trace);
        }
    }
}
