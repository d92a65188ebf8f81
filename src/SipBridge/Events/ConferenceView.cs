using System.Collections.Immutable;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What one phone says of itself, read once when it comes in: its address, and where it wants to be reached.</summary>
internal sealed record PhoneFacts(SipUri Address, string Contact, bool IsAnonymous, bool IsIncoming);

/// <summary>
/// A room as subscribers of the conference package may see it (rules SIP-CONF-3 and SIP-CONF-8). Moderators see callers' numbers and
/// where phones are; others see of a number, of somebody who proved no address and of who is shy only a name that holds for this presence.
/// </summary>
/// <param name="domain">Host of the room's address, perhaps with a port.</param>
/// <param name="page">The room's page; empty for none.</param>
internal sealed class ConferenceView(string room, string domain, string page, Func<string, bool> isOurs)
{
    /// <summary>How <see cref="ParticipantInfo.Identity"/> begins where none was proved.</summary>
    private const string Unproved = "anonymous:";
    private const int ShortNumber = 3;

    private readonly Dictionary<string, PhoneFacts> _phones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _shy = new(StringComparer.Ordinal);

    public string Entity => $"sip:{room}@{domain}";

    public void Learn(string participantId, PhoneFacts facts) => _phones.TryAdd(participantId, facts);

    public bool Knows(string participantId) => _phones.ContainsKey(participantId);

    public ConferenceState Of(RoomRoster roster, bool forModerator)
    {
        var users = UsersOf(roster, forModerator);
        return new ConferenceState(Entity)
        {
            DisplayText = roster.Rules?.Title is { Length: > 0 } title ? title : room,
            Uris = page.Length == 0
                ? [new(Entity, "participation")]
                : [new(Entity, "participation"), new(page, "participation")],
            MaximumUserCount = roster.Room?.MaxParticipants,
            WebPage = page,
            UserCount = users.Length,
            IsActive = roster.IsActive,
            IsLocked = roster.Rules?.Locked == true,
            Users = users,
        };
    }

    /// <summary>The address of a participant.</summary>
    public string EntityOf(ParticipantInfo one, bool forModerator)
    {
        if (!one.Identity.StartsWith(Unproved, StringComparison.Ordinal))
            return Proved(one, forModerator);
        if (one.Kind != ParticipantKind.Sip || !_phones.TryGetValue(one.Id, out var phone))
            return Guest(one);
        if (phone.IsAnonymous && !forModerator)
            return $"sip:anonymous-{Shy(one.Id)}@anonymous.invalid";
        var isHidden = !forModerator && IsNumber(phone.Address.PlainUser);
        return isHidden || isOurs(phone.Address.Host) ? Guest(one) : phone.Address.AddressOfRecord;
    }

    private ImmutableArray<ConferenceUser> UsersOf(RoomRoster roster, bool forModerator) =>
    [
        .. roster.People
            .Select(one => (Person: one, Entity: EntityOf(one, forModerator)))
            .GroupBy(pair => pair.Entity, StringComparer.Ordinal)
            .Select(same => new ConferenceUser(same.Key)
            {
                DisplayText = same.First().Person.DisplayName,
                Roles = [same.Any(pair => pair.Person.Role == ParticipantRole.Moderator) ? "moderator" : "participant"],
                Endpoints = [.. same.Select(pair => EndpointOf(pair.Person, roster.TracksOf(pair.Person.Id), pair.Entity, forModerator))],
            }),
    ];

    private ConferenceEndpoint EndpointOf(ParticipantInfo one, ImmutableArray<TrackInfo> tracks, string entity, bool forModerator)
    {
        var phone = _phones.GetValueOrDefault(one.Id);
        var isPhone = one.Kind == ParticipantKind.Sip;
        return new(forModerator && phone is not null ? phone.Contact : $"{entity};gr={one.Id}")
        {
            Status = isPhone && one.Away ? ConferenceEndpointStatus.OnHold
                : isPhone && tracks.Any(IsMutedVoice) ? ConferenceEndpointStatus.MutedViaFocus : ConferenceEndpointStatus.Connected,
            Joining = phone is { IsIncoming: false } ? ConferenceJoining.DialedOut : ConferenceJoining.DialedIn,
            JoinedAt = one.JoinedAt,
            Media = [Voice(tracks, isPhone && one.Away), .. tracks.Where(track => track.Kind == Sfu.TrackKind.Video).Select(Picture)],
        };
    }

    /// <summary>Everybody hears; whoever has an open microphone is heard.</summary>
    private static ConferenceMedia Voice(ImmutableArray<TrackInfo> tracks, bool isHeld)
    {
        var isOpen = tracks.Any(track => track is { Source: Sfu.TrackSource.Microphone, Muted: false });
        return new("audio", "audio", isHeld ? ConferenceFlow.Inactive : isOpen ? ConferenceFlow.SendRecv : ConferenceFlow.RecvOnly) { Label = "audio" };
    }

    private static bool IsMutedVoice(TrackInfo track) => track is { Source: Sfu.TrackSource.Microphone, Muted: true };

    private static ConferenceMedia Picture(TrackInfo track) => new(track.TrackId, "video", track.Muted ? ConferenceFlow.Inactive : ConferenceFlow.SendOnly)
    {
        Label = track.Source.ToString().ToLowerInvariant(),
    };

    private string Proved(ParticipantInfo one, bool forModerator)
    {
        var at = one.Identity.LastIndexOf('@');
        var (user, host) = at > 0 ? (one.Identity[..at], one.Identity[(at + 1)..]) : (one.Identity, domain);
        return (!forModerator && IsNumber(user)) || !SipUri.TryParse($"sip:{SipText.EscapeUser(user)}@{host}", out var proved) ? Guest(one) : proved.ToString();
    }

    private string Guest(ParticipantInfo one) => $"sip:guest.{one.Id}@{domain}";

    private int Shy(string participantId)
    {
        if (!_shy.TryGetValue(participantId, out var number))
            _shy[participantId] = number = _shy.Count + 1;
        return number;
    }

    private static bool IsNumber(string? user) =>
        user is not null && user.Count(char.IsAsciiDigit) > ShortNumber && user.All(letter => char.IsAsciiDigit(letter) || letter is '+' or '-' or '.' or '(' or ')');
}
