using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Those who come from outside: before the door, and by phone.</summary>
internal sealed record VisitorCalls(WaitingCalls Waiting, PhoneCalls Phones);

/// <summary>What a call that somebody places is to carry.</summary>
internal static class DialMedia
{
    public const string Wrong = "must be audio, or audio and video.";

    /// <param name="video">Asked for.</param>
    public static bool TryRead(string[]? media, out bool video)
    {
        video = media is { Length: 2 };
        return media is null or ["audio"] or ["audio", "video"] or ["video", "audio"];
    }
}

/// <summary>Calling people into the room, from a page (product §7.3). Who may is the room's to say, whom the dialler's.</summary>
internal sealed class PhoneCalls(RoomDoor door, IServiceProvider parts)
{
    private readonly IPhoneDialer? _dialer = parts.GetService<IPhoneDialer>();

    /// <summary>False: nobody is called from this server.</summary>
    public bool IsOn => _dialer is { IsOn: true };

    public async Task<Reply> DialAsync(Membership member, DialBody body)
    {
        string? name = null;
        if (body.DisplayName is not null && (name = People.CleanName(body.DisplayName)) is null or "")
            return Reply.Refused(ErrorCodes.ValidationFailed, "displayName: 1 to 64 characters, no control characters.");
        if (!TryRole(body.Role, out var role))
            return Reply.Refused(ErrorCodes.ValidationFailed, "role: moderator, member or listener.");
        if (!DialMedia.TryRead(body.Media, out var video))
            return Reply.Refused(ErrorCodes.ValidationFailed, $"media: {DialMedia.Wrong}");
        var outcome = await DialAsync(new DialOrder(member.Room, body.Address ?? "", member.ParticipantId, "")
        {
            DisplayName = name,
            Role = role,
            Video = video,
            Announce = body.AnnounceOnAnswer,
        });
        return outcome.Call is { } call ? Reply.With(new { CallId = call.Id, call.ParticipantId }) : Reply.Of(outcome.Refusal);
    }

    public Task<DialOutcome> DialAsync(DialOrder order) => _dialer is { IsOn: true }
        ? _dialer.DialAsync(order)
        : Task.FromResult(new DialOutcome(new Refusal(ErrorCodes.CapabilityMissing, "This server does not call anybody (Sip:DialOut)."), null));

    public async Task<Reply> HangUpAsync(Membership member, CallBody body) =>
        Reply.Of(await door.Room(member.Room).Do(new HangUpCall(member.ParticipantId, body.CallId ?? "")));

    public async Task<Reply> SendDtmfAsync(Membership member, CallBody body) =>
        Reply.Of(await door.Room(member.Room).Do(new PressKeys(member.ParticipantId, body.CallId ?? "", body.Digits?.ToUpperInvariant() ?? "")));

    public async Task<Reply> HoldAsync(Membership member, HoldBody body) =>
        Reply.Of(await door.Room(member.Room).Do(new HoldCall(member.ParticipantId, body.CallId ?? "", body.Held)));

    public async Task<Reply> TransferAsync(Membership member, TransferBody body)
    {
        var (refusal, target) = JudgeTransfer(body.To ?? "");
        return Reply.Of(refusal ?? await door.Room(member.Room).Do(new TransferCall(member.ParticipantId, body.CallId ?? "", target!)));
    }

    public TransferVerdict JudgeTransfer(string to) => _dialer?.JudgeTransfer(to)
        ?? new TransferVerdict(new Refusal(ErrorCodes.CapabilityMissing, "This server has no phones."), null);

    private static bool TryRole(string? text, out ParticipantRole? role)
    {
        role = text switch
        {
            "moderator" => ParticipantRole.Moderator,
            "member" => ParticipantRole.Member,
            "listener" => ParticipantRole.Listener,
            _ => null,
        };
        return role is not null || text is null;
    }
}
