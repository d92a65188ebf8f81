using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>
/// What a room answers to every order: pure, so that a whole meeting can be tested without a cluster.
/// <see cref="Admission"/>, <see cref="Presence"/>, <see cref="Publishing"/> and <see cref="ModerationRules"/> hold the rules.
/// </summary>
internal static class RoomModel
{
    public static Decision Decide(RoomState state, RoomCommand command, RoomsSettings settings, DateTimeOffset now)
    {
        var decision = Choose(state, command, settings, now);
        var ends = decision.Events.Any(happened => happened is SessionClosed or ConfigChanged { Config: null });
        return ends ? Decision.Of([.. FileRules.EndSession(state, settings.Files), .. decision.Events]) : decision;
    }

    private static Decision Choose(RoomState state, RoomCommand command, RoomsSettings settings, DateTimeOffset now) => command switch
    {
        Admit c => Admission.Admit(state, c, settings, now),
        Readmit c => Admission.Readmit(state, c),
        Leave c => Presence.Leave(state, c),
        LoseConnection c => Presence.LoseConnection(state, c, now),
        LoseNode c => Presence.LoseNode(state, c, now),
        Pass => Presence.Pass(state, settings, now),
        UpdateSelf c => SelfRules.Update(state, c, now),
        ClaimNick c => SelfRules.Claim(state, c),
        React c => SelfRules.React(state, c),
        SendData c => DataRules.Send(state, c),
        SetTrackMuted c => Publishing.SetMuted(state, c),
        DeclareTracks c => Publishing.Declare(state, c),
        Observe c => Publishing.Observe(state, c.Report, now),
        PostChat c => ChatRules.Post(state, c, now),
        DeleteChat c => ChatAmendments.Delete(state, c),
        EditChat c => ChatAmendments.Edit(state, c, now),
        AcknowledgeChat c => ChatAmendments.Acknowledge(state, c),
        SetTyping c => ChatRules.Type(state, c),
        BeginFile c => FileRules.Begin(state, c, settings.Files, now),
        CompleteFile c => FileRules.Complete(state, c, now),
        RemoveFile c => FileRules.Remove(state, c),
        BeginCall c => CallRules.Begin(state, c, now),
        NoteCall c => new CallNoted(c.Call),
        HangUpCall c => CallRules.HangUp(state, c),
        PressKeys c => CallRules.Press(state, c),
        NoteKeys c => CallRules.Keys(state, c),
        HoldCall c => CallRules.Hold(state, c),
        TransferCall c => CallRules.Transfer(state, c),
        Moderation c => ModerationRules.Decide(state, c, settings, now),
        Configuration c => ConfigRules.Decide(state, c),
        _ => Decision.Refuse(ErrorCodes.CapabilityMissing, "This room does not know that order."),
    };
}

/// <summary>Somebody new; ids come from outside because the model has no randomness.</summary>
internal sealed record Admit(JoinRequest Request, string SessionId) : RoomCommand;

/// <summary>Somebody known on a new connection.</summary>
internal sealed record Readmit(ResumeRequest Request) : RoomCommand;

/// <summary>A process is dead, and with it all connections that ended there.</summary>
internal sealed record LoseNode(string Node) : RoomCommand;

internal sealed record DeclareTracks(string ParticipantId, ImmutableArray<TrackDeclaration> Tracks) : RoomCommand;

internal sealed record Observe(MediaReport Report) : RoomCommand;

/// <summary>Time has gone by: seats expire, a moderator is chosen, an empty room ends. Repeat until nothing happens.</summary>
internal sealed record Pass : RoomCommand;
