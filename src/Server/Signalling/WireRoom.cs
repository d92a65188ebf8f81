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
            new { room.VideoCodecs, room.Rules.Media.AudioRed }, room.ParticipantCount);
    }

    public static WireAccess AccessOf(RoomRules rules) =>
        new(rules.Locked, rules.Mode, rules.PasscodeSet, rules.PinMode, rules.WaitingRoom, rules.Guests);

    public static WireFeatures FeaturesOf(RoomRules rules)
    {
        var features = rules.Features;
        return new(
            features.Unmute, features.Rename, features.Chat, features.Files, features.Screen, features.Video, Recording: false,
            features.DialOut, features.AllowMultipleShares);
    }
}

/// <summary>Who may come in.</summary>
internal sealed record WireAccess(bool Locked, AccessMode Mode, bool PasscodeSet, PinMode PinMode, bool WaitingRoom, bool Guests);

/// <summary>
/// What the room offers, and to whom. What this server cannot do yet is not offered, whatever the room's settings say; whether it calls
/// anybody at all is in the page's settings (<c>features.dial</c>).
/// </summary>
internal sealed record WireFeatures(
    Grantee Unmute, bool Rename, bool Chat, bool Files, bool Screen, bool Video, bool Recording, Grantee DialOut, bool AllowMultipleShares);

/// <summary>The reply to an offer (product §7.3). <c>slots</c> names the receive sections the server will fill.</summary>
/// <param name="Epoch">Names the home this connection is with; later offers on it show this number.</param>
internal sealed record WireAnswer(int Seq, string Sdp, ImmutableArray<PublishedSection> Published, ImmutableArray<SlotSection> Slots, long Epoch)
{
    public static WireAnswer From(PeerAnswer answer) => new(
        answer.Sequence, answer.Sdp,
        [.. answer.Published.Select(track => new PublishedSection(track.Mid, track.TrackId, track.MaxBitrateBps, track.Layers))],
        answer.Slots, answer.Epoch);
}

internal sealed record PublishedSection(string Mid, string TrackId, int MaxBitrateBps, ImmutableArray<PublishedLayer> Layers);

/// <summary>What a newcomer needs to know (product §7.3); events with a <c>rev</c> not above the room's are in it already.</summary>
internal sealed record JoinResult(
    string Status, string SessionId, string ResumeKey, int ResumeWindowMs, ParticipantInfo Self, WireRoom Room,
    ImmutableArray<ParticipantInfo> Participants, ImmutableArray<TrackInfo> Tracks, WireChat Chat, IEnumerable<WireFile> Files,
    ImmutableArray<WaitingPerson> Waiting, ImmutableArray<string> Spotlight, object[] IceServers, object Limits, WireAnswer? Answer,
    DateTimeOffset ServerTime, int Protocol, long? MediaEpoch);
