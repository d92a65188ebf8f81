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

    /// <summary>The settings and all that goes on, for the room's owner.</summary>
    [Alias("Describe")]
    Task<RoomReport> Describe();

    [Alias("Permit")]
    Task<PublishPermit> Permit(string participantId, ImmutableArray<TrackDeclaration> publish);

    [Alias("Report")]
    Task Report(ImmutableArray<MediaReport> reports);

    /// <summary>Leaves at once by showing the resume key: for a page that is being closed.</summary>
    [Alias("LeaveByKey")]
    Task<bool> LeaveByKey(string participantId, string resumeKey);

    /// <summary>The room as this participant may see it; as everybody inside may when there is no such participant.</summary>
    [Alias("Snapshot")]
    Task<RoomSnapshot?> Snapshot(string participantId = "");

    [Alias("Lobby")]
    Task<LobbyFacts> Lobby();

    [Alias("Tick")]
    Task Tick();
}
