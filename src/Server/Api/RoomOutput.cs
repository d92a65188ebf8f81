using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

/// <param name="Kind"><c>permanent</c> or <c>adhoc</c>.</param>
/// <param name="Status"><c>live</c> while somebody is inside, else <c>idle</c>.</param>
internal sealed record RoomOutput(
    string Id, string Name, string Title, RoomKind Kind, AddressesOutput Addresses, AccessOutput Access, RoomFeatures Features,
    LimitsOutput Limits, MediaOutput Media, RoomSchedule Schedule, ImmutableSortedDictionary<string, string> Metadata, string Status,
    string? SessionId, int ParticipantCount, DateTimeOffset CreatedAt, string Etag)
{
    public static RoomOutput Of(HttpContext context, SylkOptions options, RoomReport report)
    {
        var config = report.Config!;
        var (access, limits, media) = (config.Access, config.Limits, config.Media);
        return new(
            config.Id, config.Name, config.Title, config.Permanent ? RoomKind.Permanent : RoomKind.Adhoc,
            new(Links.Page(context, options, $"/r/{config.Name}"), null, null, config.ConferenceId, [.. options.Sip.AccessNumbers]),
            new(
                access.Mode, access.PasscodeHash is not null, access.PinMode, access.WaitingRoom, access.Locked, access.Guests,
                RoomShape.Or(access.Allow), RoomShape.Or(access.Deny), access.Order),
            config.Features,
            new(
                limits.MaxParticipants ?? options.Rooms.MaxParticipants, limits.MaxVideo, limits.MaxBitrateBps ?? options.Media.MaxBitrateBps,
                limits.MaxDurationMs, limits.EmptyTimeoutMs ?? options.Rooms.EmptyTimeoutMs, limits.DepartureTimeoutMs ?? options.Rooms.DepartureTimeoutMs),
            new(media.VideoCodecs ?? [.. options.Media.VideoCodecs], media.AudioRed, media.MusicOnHold, media.Language ?? options.Rooms.DefaultLanguage),
            config.Schedule, config.Metadata, report.SessionId is null ? "idle" : "live", report.SessionId,
            report.Snapshot?.Room.ParticipantCount ?? 0, config.CreatedAt, EntityTags.Of(config.Revision));
    }
}

/// <summary>Null where the door is not open.</summary>
internal sealed record AddressesOutput(string Web, string? Sip, string? Xmpp, string? ConferenceId, ImmutableArray<string> Phone);

internal sealed record AccessOutput(
    AccessMode Mode, bool PasscodeSet, PinMode PinMode, bool WaitingRoom, bool Locked, bool Guests, ImmutableArray<string> Allow,
    ImmutableArray<string> Deny, AccessOrder Order);

/// <summary>Durations in milliseconds, 0 for no limit; bit rates in bits per second.</summary>
internal sealed record LimitsOutput(
    int MaxParticipants, int MaxVideo, int MaxBitrateBps, long MaxDurationMs, int EmptyTimeoutMs, int DepartureTimeoutMs);

internal sealed record MediaOutput(ImmutableArray<string> VideoCodecs, bool AudioRed, bool MusicOnHold, string Language);

/// <summary>How the room is reached from any telephone.</summary>
/// <param name="Number">The first of our numbers.</param>
/// <param name="Id">To be entered there, then `#`.</param>
/// <param name="Pin">Shown once, with the invite it belongs to; null otherwise.</param>
internal sealed record DialInOutput(string Number, ImmutableArray<string> Numbers, string Id, string? Pin)
{
    /// <summary>Null where there are no such numbers.</summary>
    public static DialInOutput? Of(SylkOptions options, string? conferenceId, string? pin = null) =>
        conferenceId is not null && options.Sip.AccessNumbers is [var first, ..] all ? new(first, [.. all], conferenceId, pin) : null;
}
