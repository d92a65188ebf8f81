using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Accounts;

/// <summary>The account hub (product §8), for messages: a list of verbs. Each takes one object and answers with the envelope.</summary>
internal sealed class AccountHub(SignIns signIns, AccountCalls calls, RoomClock clock, ILogger<AccountHub> log) : EnvelopeHub(log)
{
    private const string Key = "sylk";

    private AccountConnection Connection => (AccountConnection)Context.Items[Key]!;

    public override Task OnConnectedAsync()
    {
        Context.Items[Key] = new AccountConnection(
            Context.ConnectionId, clock.Time, Context.Abort, Entrance.SourceOf(Context.GetHttpContext()?.Connection.RemoteIpAddress));
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        signIns.Leave(Connection);
        return Task.CompletedTask;
    }

    public Task<Reply> SignIn(JsonElement body) => Anyone<SignInBody>(body, request => signIns.SignInAsync(Connection, request));
    public Task<Reply> SendMessage(JsonElement body) => Account<SendMessageBody>(body, calls.SendAsync);
    public Task<Reply> Acknowledge(JsonElement body) => Account<AcknowledgeBody>(body, calls.AcknowledgeAsync);
    public Task<Reply> SetRead(JsonElement body) => Account<SetReadBody>(body, calls.SetReadAsync);
    public Task<Reply> SetComposing(JsonElement body) => Account<ComposingBody>(body, calls.SetComposingAsync);
    public Task<Reply> History(JsonElement body) => Account<HistoryBody>(body, calls.LoadAsync);

    private Task<Reply> Account<T>(JsonElement body, Func<AccountSession, T, Task<Reply>> act) where T : class => Anyone<T>(body, request => Connection.Session switch
    {
        null => Task.FromResult(Reply.Refused(ErrorCodes.TokenRequired, "Sign in first.")),
        { } session when clock.Now >= session.ExpiresAt => Task.FromResult(Reply.Refused(ErrorCodes.TokenExpired, "Sign in again.")),
        { } session => act(session, request),
    });

    private async Task<Reply> Anyone<T>(JsonElement body, Func<T, Task<Reply>> act) where T : class
    {
        using var activity = Tracing.Follow("account", default);
        var reply = (await AnswerAsync(Connection.Budget, Connection.Abort, body, act)).Traced(activity.TraceId.ToHexString());
        if (reply.Error is { } error)
        {
            activity.SetTag("code", error.Code);
            AuthFailures.Note(Context.GetHttpContext(), error.Code);
        }
        return reply;
    }
}
