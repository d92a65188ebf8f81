using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The room as clients see it: the public part of REST's Room.</summary>
internal sealed record WireRoom(
    long Rev, string Id, string Name, string Title, string Kind, string SessionId, WireAccess Access, WireFeatures Features, object Limits,
    object Media, int ParticipantCount)
{
    public static WireRoom From(RoomSnapshot snapshot)
    {
        var room = snapshot.Room;
        return new(
            snapshot.Rev, room.Id, room.Name, room.Rules.Title, room.Permanent ? "permanent" : "adhoc", room.SessionId,
            AccessOf(room.Rules), FeaturesOf(room.Rules),
            new { room.MaxParticipants, room.MaxBitrateBps, room.DepartureTimeoutMs },
            new { room.VideoCodecs, AudioRed = true }, room.ParticipantCount);
    }

    public static WireAccess AccessOf(RoomRules rules) => new(rules.Locked);

    public static WireFeatures FeaturesOf(RoomRules rules) =>
        new(rules.MembersMayUnmute ? "everyone" : "moderators", rules.MembersMayRename);
}

/// <summary>Who may come in. Passcodes and waiting rooms are not offered.</summary>
internal sealed record WireAccess(
    bool Locked, string Mode = "open", bool PasscodeSet = false, string PinMode = "none", bool WaitingRoom = false, bool Guests = true);

/// <summary>What the room offers, and to whom.</summary>
internal sealed record WireFeatures(
    string Unmute, bool Rename, bool Chat = false, bool Files = false, bool Screen = true, bool Video = true, bool Recording = false,
    string DialOut = "nobody");

/// <summary>The reply to an offer (product §7.3). <c>slots</c> names the receive sections the server will fill.</summary>
internal sealed record WireAnswer(int Seq, string Sdp, ImmutableArray<PublishedSection> Published, ImmutableArray<SlotSection> Slots)
{
    public static WireAnswer From(PeerAnswer answer) => new(
        answer.Sequence, answer.Sdp,
        [.. answer.Published.Select(track => new PublishedSection(track.Mid, track.TrackId, track.MaxBitrateBps, track.Layers))],
        answer.Slots);
}

internal sealed record PublishedSection(string Mid, string TrackId, int MaxBitrateBps, ImmutableArray<PublishedLayer> Layers);

/// <summary>What a newcomer needs to know (product §7.3); events with a <c>rev</c> not above the room's are in it already.</summary>
internal sealed record JoinResult(
    string Status, string SessionId, string ResumeKey, int ResumeWindowMs, ParticipantInfo Self, WireRoom Room,
    ImmutableArray<ParticipantInfo> Participants, ImmutableArray<TrackInfo> Tracks, object Chat, object[] Files, object[] IceServers,
    object Limits, WireAnswer? Answer, DateTimeOffset ServerTime, int Protocol);
