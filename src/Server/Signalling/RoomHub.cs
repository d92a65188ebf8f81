using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The room hub (product §7.3): a list of verbs. Each takes one object and answers with the envelope.</summary>
internal sealed class RoomHub(JoinCalls joining, MediaCalls media, PeopleCalls people, RoomClock clock, ILogger<RoomHub> log) : EnvelopeHub(log)
{
    private const string Key = "sylk";

    private ClientConnection Connection => (ClientConnection)Context.Items[Key]!;

    public override Task OnConnectedAsync()
    {
        Context.Items[Key] = new ClientConnection(
            Context.ConnectionId, clock.Time, Context.Abort, Entrance.SourceOf(Context.GetHttpContext()?.Connection.RemoteIpAddress))
        {
            User = Context.User,
        };
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception) => joining.DisconnectedAsync(Connection);

    public Task<Reply> Join(JsonElement body) => Anyone<JoinBody>(body, r => joining.JoinAsync(Connection, r), "room.join");
    public Task<Reply> TestNetwork(JsonElement body) => Anyone<SdpBody>(body, r => media.TestNetworkAsync(Connection, r));

    public Task<Reply> Leave(JsonElement body) => Anyone<EmptyBody>(body, _ => joining.LeaveAsync(Connection));
    public Task<Reply> Negotiate(JsonElement body) => Member<NegotiateBody>(body, media.NegotiateAsync, "room.negotiate");
    public Task<Reply> Candidates(JsonElement body) => Member<CandidatesBody>(body, media.CandidatesAsync);
    public Task<Reply> SetView(JsonElement body) => Member<SetViewBody>(body, media.SetViewAsync);
    public Task<Reply> SetTrackMuted(JsonElement body) => Member<TrackMutedBody>(body, people.SetTrackMutedAsync);
    public Task<Reply> UpdateSelf(JsonElement body) => Member<UpdateSelfBody>(body, people.UpdateSelfAsync);
    public Task<Reply> React(JsonElement body) => Member<ReactBody>(body, people.ReactAsync);
    public Task<Reply> SendData(JsonElement body) => Member<SendDataBody>(body, (member, r) => people.SendDataAsync(Connection, member, r));
    public Task<Reply> Sync(JsonElement body) => Member<EmptyBody>(body, (member, _) => people.SyncAsync(member));

    public Task<Reply> ReportStats(JsonElement body) => Member<StatsBody>(body, (member, r) => media.Statistics.ReportAsync(Connection, member, r));
    public Task<Reply> ReadStats(JsonElement body) => Member<EmptyBody>(body, (member, _) => media.Statistics.ReadAsync(member));

    public Task<Reply> Mute(JsonElement body) => Member<TargetBody>(body, people.MuteAsync);
    public Task<Reply> MuteAll(JsonElement body) => Member<MuteAllBody>(body, people.MuteAllAsync);
    public Task<Reply> AskToUnmute(JsonElement body) => Member<TargetBody>(body, people.AskToUnmuteAsync);
    public Task<Reply> LowerHands(JsonElement body) => Member<HandsBody>(body, people.LowerHandsAsync);
    public Task<Reply> Remove(JsonElement body) => Member<TargetBody>(body, people.RemoveAsync);
    public Task<Reply> SetRole(JsonElement body) => Member<TargetBody>(body, people.SetRoleAsync);
    public Task<Reply> SetCaps(JsonElement body) => Member<CapsBody>(body, people.SetCapsAsync);
    public Task<Reply> Admit(JsonElement body) => Member<AdmitBody>(body, people.Waiting.AdmitAsync);
    public Task<Reply> Deny(JsonElement body) => Member<DenyBody>(body, people.Waiting.DenyAsync);
    public Task<Reply> Spotlight(JsonElement body) => Member<SpotlightBody>(body, people.SpotlightAsync);
    public Task<Reply> UpdateRoom(JsonElement body) => Member<UpdateRoomBody>(body, people.UpdateRoomAsync);
    public Task<Reply> EndRoom(JsonElement body) => Member<TargetBody>(body, people.EndRoomAsync);

    public Task<Reply> SendChat(JsonElement body) => Member<SendChatBody>(body, people.Chat.SendAsync);
    public Task<Reply> EditChat(JsonElement body) => Member<EditChatBody>(body, people.Chat.EditAsync);
    public Task<Reply> AcknowledgeChat(JsonElement body) => Member<AcknowledgeChatBody>(body, people.Chat.AcknowledgeAsync);
    public Task<Reply> DeleteChat(JsonElement body) => Member<MessageBody>(body, people.Chat.DeleteAsync);
    public Task<Reply> SetTyping(JsonElement body) => Member<TypingBody>(body, people.Chat.SetTypingAsync);
    public Task<Reply> LoadChat(JsonElement body) => Member<LoadChatBody>(body, people.Chat.LoadAsync);

    public Task<Reply> ReactChat(JsonElement body) => Absent(body);
    public Task<Reply> BeginFile(JsonElement body) => Member<BeginFileBody>(body, people.Files.BeginAsync);
    public Task<Reply> RemoveFile(JsonElement body) => Member<FileBody>(body, people.Files.RemoveAsync);
    public Task<Reply> Dial(JsonElement body) => Member<DialBody>(body, people.Phones.DialAsync);
    public Task<Reply> HangUp(JsonElement body) => Member<CallBody>(body, people.Phones.HangUpAsync);
    public Task<Reply> SendDtmf(JsonElement body) => Member<CallBody>(body, people.Phones.SendDtmfAsync);
    public Task<Reply> HoldCall(JsonElement body) => Member<HoldBody>(body, people.Phones.HoldAsync);
    public Task<Reply> TransferCall(JsonElement body) => Member<TransferBody>(body, people.Phones.TransferAsync);
    public Task<Reply> StartRecording(JsonElement body) => Absent(body);
    public Task<Reply> StopRecording(JsonElement body) => Absent(body);

    private Task<Reply> Absent(JsonElement body) => Member<EmptyBody>(body, (_, _) =>
        Task.FromResult(Reply.Refused(ErrorCodes.CapabilityMissing, "This server does not offer that.")));

    private Task<Reply> Member<T>(JsonElement body, Func<Membership, T, Task<Reply>> act, string? span = null) where T : class => Anyone<T>(body, request =>
        Connection.Member is { } member
            ? act(member, request)
            : Task.FromResult(Reply.Refused(ErrorCodes.CapabilityMissing, "Join a room first.")), span);

    /// <param name="span">Its name where the verb is one worth a span of its own.</param>
    private async Task<Reply> Anyone<T>(JsonElement body, Func<T, Task<Reply>> act, string? span = null) where T : class
    {
        var connection = Connection;
        using var activity = span is null ? Tracing.Follow("room", connection.Trace) : Tracing.Start(Tracing.Rooms, span, connection.Trace);
        if (connection.Trace == default)
            connection.Trace = activity.Context;
        var reply = (await AnswerAsync(connection.Budget, connection.Abort, body, act)).Traced(activity.TraceId.ToHexString());
        if (reply.Error is { } error)
        {
            activity.SetTag("code", error.Code);
            AuthFailures.Note(Context.GetHttpContext(), error.Code);
        }
        return reply;
    }
}
