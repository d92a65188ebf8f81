using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>How phone callers prove themselves: by digits (product §13 <c>access.pinMode</c>).</summary>
internal static class Pins
{
    /// <summary>Each costs a door tens of milliseconds to compare with.</summary>
    private const int MostCandidates = 64;

    /// <summary>What is right now: the room's PINs, one per invitation, or where only a passcode is set, that.</summary>
    public static ImmutableArray<PinCandidate> Of(RoomState state, DateTimeOffset now) => state.Settings.Access switch
    {
        { PinMode: PinMode.Room } access => [.. Own(access.PinHash), .. Own(access.ModeratorPinHash)],
        { PinMode: PinMode.Personal } access => [.. Own(access.ModeratorPinHash), .. Personal(state, now).Take(MostCandidates)],
        { Mode: AccessMode.Passcode } access => [.. Own(access.PasscodeHash)],
        _ => [],
    };

    public static bool MustShow(RoomState state, JoinRequest request) =>
        request.Kind == ParticipantKind.Sip && state.Settings.Access is ({ PinMode: not PinMode.None } or { Mode: AccessMode.Passcode });

    public static Refusal? Unproved(RoomState state, JoinRequest request, DateTimeOffset now) => request.Pin switch
    {
        null => new(ErrorCodes.PasscodeRequired, "This room needs a PIN."),
        { Unchecked: true } => null,
        { Hash: var hash } when Of(state, now).Any(candidate => candidate.Hash == hash && candidate.Invite == request.Invite) => null,
        _ => new(ErrorCodes.PasscodeInvalid, "The PIN is wrong."),
    };

    /// <summary>Null when the PIN names no role.</summary>
    public static ParticipantRole? RoleOf(RoomState state, JoinRequest request) =>
        request.Pin is { Hash: { Length: > 0 } hash } && hash == state.Settings.Access.ModeratorPinHash ? ParticipantRole.Moderator : null;

    /// <summary>A personal PIN says who it is.</summary>
    public static string? NameOf(RoomState state, JoinRequest request) =>
        request is { Pin: not null, Invite: { } id } && state.Invites.TryGetValue(id, out var invite) ? invite.Label : null;

    private static IEnumerable<PinCandidate> Own(string? hash) => hash is null ? [] : [new PinCandidate(hash, null)];

    private static IEnumerable<PinCandidate> Personal(RoomState state, DateTimeOffset now) => state.Invites.Values
        .Where(invite => invite.PinHash is not null && !(invite.ExpiresAt <= now) && !(invite.Uses >= invite.MaxUses))
        .OrderByDescending(invite => invite.CreatedAt)
        .Select(invite => new PinCandidate(invite.PinHash!, invite.Id));
}
