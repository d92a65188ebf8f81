using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>One room: the single writer of who is in and what is allowed. The key is the room's name.</summary>
[Alias("sylk.IRoomGrain")]
public interface IRoomGrain : IGrainWithStringKey
{
    [Alias("Join")]
    Task<JoinOutcome> Join(JoinRequest request);

    /// <returns>Null when the key belongs to nobody here any more: join as a newcomer then.</returns>
    [Alias("Resume")]
    Task<JoinOutcome?> Resume(ResumeRequest request);

    /// <summary>Decides one order; what it changes reaches everybody through the feed.</summary>
    [Alias("Do")]
    Task<Refusal?> Do(RoomCommand command);

    /// <summary>Before every offer after the first: says which sources may be published and where the media lives.</summary>
    [Alias("PostChat")]
    Task<ChatOutcome> PostChat(PostChat line);

    [Alias("LoadChat")]
    Task<ChatPage> LoadChat(ChatRequest request);

    [Alias("Configure")]
    Task<ConfigOutcome> Configure(Configuration order);

    /// <summary>The room's invitations, oldest first.</summary>
    [Alias("Invites")]
    Task<ImmutableArray<Invite>> Invites();

    /// <summary>Asks whether a passcode may be tried; whoever may must say how it went.</summary>
    [Alias("TryPasscode")]
    Task<PasscodeChance> TryPasscode(string source);

    [Alias("TriedPasscode")]
    Task TriedPasscode(string source, bool right);

    /// <summary>The same for a phone caller's PIN; how it went is said to <see cref="TriedPasscode"/>.</summary>
    [Alias("TryPin")]
    Task<PinChance> TryPin(string source);

    /// <summary>For somebody who waited and was let in: what a join brings. Null while they are not inside.</summary>
    [Alias("Enter")]
    Task<JoinOutcome?> Enter(string participantId);

    /// <summary>The settings and all that goes on, for the room's owner.</summary>
    /// <summary>The number by which telephones find it; null while it has none, or there is no such room.</summary>
    [Alias("ConferenceId")]
    Task<string?> ConferenceId();

    [Alias("Describe")]
    Task<RoomReport> Describe();

    [Alias("Permit")]
    Task<PublishPermit> Permit(string participantId, ImmutableArray<TrackDeclaration> publish);

    [Alias("Report")]
    Task Report(ImmutableArray<MediaReport> reports);

    /// <summary>Leaves at once by showing the resume key: for a page that is being closed.</summary>
    [Alias("LeaveByKey")]
    Task<bool> LeaveByKey(string participantId, string resumeKey);

    /// <summary>Whose secret this is: for a resource over HTTP, which any node may be asked for.</summary>
    /// <returns>The participant's id; null when it is nobody's here (any more).</returns>
    [Alias("HolderOf")]
    Task<string?> HolderOf(string key);

    /// <summary>The room as this participant may see it, as everybody inside may when none is named; null for who is not inside.</summary>
    [Alias("Snapshot")]
    Task<RoomSnapshot?> Snapshot(string participantId = "");

    [Alias("Lobby")]
    Task<LobbyFacts> Lobby();

    [Alias("AnnounceFile")]
    Task<FileOutcome> AnnounceFile(BeginFile file);

    /// <summary>The file an upload address leads to, or a refusal.</summary>
    [Alias("FindUpload")]
    Task<FileOutcome> FindUpload(FileRequest request);

    /// <summary>The file a download address leads to, if its holder may have it now.</summary>
    [Alias("FindFile")]
    Task<FileOutcome> FindFile(FileRequest request);

    /// <summary>This node goes on listening although the node <paramref name="lost"/> is gone; media that was there moves.</summary>
    /// <param name="present">Whose signalling is on that node all the while: a room that has just come up elsewhere takes them for lost.</param>
    /// <returns>Null when the room has no session (any more).</returns>
    [Alias("Attend")]
    Task<FeedPosition?> Attend(string node, IRoomFeedObserver feed, string lost, ImmutableArray<Attendant> present);

    /// <summary>That process is dead: pages that were connected there are reconnecting, calls that were answered there are over.</summary>
    [Alias("NodeGone")]
    Task NodeGone(string node);

    /// <summary>The node is about to stop: media that is there moves, make before break.</summary>
    [Alias("Vacate")]
    Task Vacate(string node);

    /// <summary>Media moves to that node, or with null to the least loaded other one; make before break.</summary>
    [Alias("MoveMedia")]
    Task<Refusal?> MoveMedia(string? node);

    /// <summary>True while the room's media belongs on that node, or is still welcome there because people are moving.</summary>
    [Alias("IsHome")]
    Task<bool> IsHome(string node);

    /// <summary>Asks for leave to call somebody into the room. The door then places the call and says what becomes of it.</summary>
    /// <returns>Null when it may be placed; it counts from then on.</returns>
    [Alias("Dial")]
    Task<Refusal?> Dial(DialRequest request);

    [Alias("Tick")]
    Task Tick();
}
