using System.Buffers.Text;
using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What people do to themselves and, as moderators, to others. The room checks every right.</summary>
internal sealed class PeopleCalls(RoomDoor door, ChatCalls chat, FileCalls files, VisitorCalls visitors, Entrance entrance)
{
    private const int MaxReason = 200;
    private const int MaxPayload = 15 * 1024;
    private const int MaxRecipients = 500;

    /// <summary>Counted on top of every payload: what an event costs without one.</summary>
    private const int DataOverhead = 256;

    public FileCalls Files => files;

    public ChatCalls Chat => chat;

    public WaitingCalls Waiting => visitors.Waiting;

    public PhoneCalls Phones => visitors.Phones;

    public async Task<Reply> UpdateSelfAsync(Membership member, UpdateSelfBody body)
    {
        string? name = null;
        if (body.DisplayName is not null && (name = People.CleanName(body.DisplayName)) is null or "")
            return Invalid("displayName: 1 to 64 characters, no control characters.");
        if (body.Attributes is { } attributes && !People.AreAttributes(attributes))
            return Invalid("attributes: at most 20, keys to 64 and values to 256 characters.");
        return await DoAsync(member, new UpdateSelf(
            member.ParticipantId, name, body.HandRaised, body.Attributes?.ToImmutableSortedDictionary(), body.Away));
    }

    public Task<Reply> SetTrackMutedAsync(Membership member, TrackMutedBody body) =>
        DoAsync(member, new SetTrackMuted(member.ParticipantId, body.TrackId ?? "", body.Muted));

    public async Task<Reply> ReactAsync(Membership member, ReactBody body) => People.IsEmoji(body.Emoji)
        ? await DoAsync(member, new React(member.ParticipantId, body.Emoji!))
        : Invalid("emoji: one of the room's set.");

    public async Task<Reply> SendDataAsync(ClientConnection connection, Membership member, SendDataBody body)
    {
        if (!People.IsTopic(body.Topic))
            return Invalid("topic: 1 to 64 characters, no control characters.");
        if (body.Payload is not { Length: <= MaxPayload / 3 * 4 } payload || !Base64.IsValid(payload, out var bytes))
            return Invalid("payload: base64 of at most 15 KiB.");
        if (body.To is { } to && (to.Length is 0 or > MaxRecipients || Array.Exists(to, id => id is null)))
            return Invalid("to: 1 to 500 participants.");
        if (!connection.DataBudget.TryTake(bytes + DataOverhead))
            return Reply.Refused(new Refusal(ErrorCodes.RateLimited, "Less data, please.", 1_000));
        return await DoAsync(member, new SendData(member.ParticipantId, body.Topic!, payload, [.. body.To ?? []], body.Reliable));
    }

    public async Task<Reply> SyncAsync(Membership member)
    {
        var snapshot = await door.Room(member.Room).Snapshot(member.ParticipantId);
        return snapshot is null
            ? Reply.Refused(ErrorCodes.RoomEnded, "You are not in this meeting any more.")
            : Reply.With(new
            {
                snapshot.Rev,
                Room = WireRoom.From(snapshot),
                snapshot.Participants,
                snapshot.Tracks,
                Chat = WireChat.From(snapshot, member.ParticipantId),
                Files = WireFile.Of(snapshot, member.ParticipantId),
                snapshot.Waiting,
                snapshot.Spotlight,
            });
    }

    public Task<Reply> MuteAsync(Membership member, TargetBody body) => WithSource(body.Source, source =>
        DoAsync(member, new Mute(member.ParticipantId, body.ParticipantId ?? "", source)));

    public Task<Reply> AskToUnmuteAsync(Membership member, TargetBody body) => WithSource(body.Source ?? "microphone", source =>
        DoAsync(member, new AskToUnmute(member.ParticipantId, body.ParticipantId ?? "", source ?? TrackSource.Microphone)));

    public Task<Reply> MuteAllAsync(Membership member, MuteAllBody body) => WithSource(body.Source, source =>
        DoAsync(member, new MuteAll(member.ParticipantId, source, [.. body.Except ?? []], body.LockUnmute)));

    public Task<Reply> LowerHandsAsync(Membership member, HandsBody body) =>
        DoAsync(member, new LowerHands(member.ParticipantId, [.. body.ParticipantIds ?? []]));

    public async Task<Reply> RemoveAsync(Membership member, TargetBody body)
    {
        BanLength? ban = body.Ban switch { null => BanLength.None, "session" => BanLength.Session, "24h" => BanLength.Day, _ => null };
        return ban is { } length
            ? await DoAsync(member, new Remove(member.ParticipantId, body.ParticipantId ?? "", length, Short(body.Reason)))
            : Invalid("ban: session or 24h.");
    }

    public Task<Reply> SetRoleAsync(Membership member, TargetBody body) =>
        DoAsync(member, new SetRole(member.ParticipantId, body.ParticipantId ?? "", body.Role));

    public async Task<Reply> SetCapsAsync(Membership member, CapsBody body)
    {
        var caps = Caps.None;
        foreach (var name in body.Caps ?? [])
        {
            if (!People.TryCap(name, out var cap) || cap == Caps.Hidden)
                return Invalid("caps: a list of what may be granted, such as publishAudio or chat.");
            caps |= cap;
        }
        return await DoAsync(member, new SetCaps(member.ParticipantId, body.ParticipantId ?? "", caps));
    }

    public Task<Reply> SpotlightAsync(Membership member, SpotlightBody body) =>
        DoAsync(member, new Spotlight(member.ParticipantId, [.. body.TrackIds ?? []]));

    public async Task<Reply> UpdateRoomAsync(Membership member, UpdateRoomBody body)
    {
        var features = body.Features ?? new FeaturesBody();
        Grantee? unmute = features.Unmute switch { "everyone" => Grantee.Everyone, "moderators" => Grantee.Moderators, _ => null };
        if (features.Unmute is not null && unmute is null)
            return Invalid("features.unmute: everyone or moderators.");
        if (body.Passcode is { Length: > 0 } && !Passcodes.IsPasscode(body.Passcode))
            return Invalid("passcode: at most 64 characters, no control characters.");
        var hash = body.Passcode is { Length: > 0 } passcode ? await entrance.HashAsync(passcode) : body.Passcode;
        if (hash is null && body.Passcode is not null)
            return Reply.Refused(new Refusal(ErrorCodes.Overloaded, "Too many passcodes at once.", 2_000));
        return await DoAsync(member, new UpdateRoom(member.ParticipantId)
        {
            Title = body.Title,
            Locked = body.Locked ?? body.Access?.Locked,
            WaitingRoom = body.WaitingRoom ?? body.Access?.WaitingRoom,
            PasscodeHash = hash,
            Features = new(
                features.Chat, features.Files, features.Screen, features.Video, unmute, features.Rename, features.AllowMultipleShares),
        });
    }

    public Task<Reply> EndRoomAsync(Membership member, TargetBody body) =>
        DoAsync(member, new EndRoom(member.ParticipantId, Short(body.Reason)));

    private static Task<Reply> WithSource(string? text, Func<TrackSource?, Task<Reply>> act)
    {
        if (text is null or "all")
            return act(null);
        return Enum.TryParse<TrackSource>(text, ignoreCase: true, out var source) && char.IsLetter(text[0])
            ? act(source)
            : Task.FromResult(Invalid("source: microphone, camera, screen, screenAudio or all."));
    }

    private async Task<Reply> DoAsync(Membership member, RoomCommand command) => Reply.Of(await door.Room(member.Room).Do(command));

    private static string? Short(string? reason) => reason is { Length: > MaxReason } ? reason[..MaxReason] : reason;

    private static Reply Invalid(string detail) => Reply.Refused(ErrorCodes.ValidationFailed, detail);
}
