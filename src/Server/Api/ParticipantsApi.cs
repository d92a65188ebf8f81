using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Api;

internal sealed record ParticipantPatch
{
    public string? DisplayName { get; init; }
    public ParticipantRole? Role { get; init; }
    public string[]? Caps { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }

    /// <summary>Only false: a hand can be lowered for somebody, not raised.</summary>
    public bool? HandRaised { get; init; }
}

internal sealed record SourceInput
{
    /// <summary>microphone, camera, screen, screenAudio or all.</summary>
    public string? Source { get; init; }
}

internal sealed record MuteAllInput
{
    public string? Source { get; init; }

    /// <summary>Ids of those who are left alone.</summary>
    public string[]? Except { get; init; }
    public bool? LockUnmute { get; init; }
}

internal sealed record ParticipantOutput(
    string Id, string Identity, string DisplayName, ParticipantKind Kind, ParticipantRole Role, ImmutableArray<string> Caps,
    ParticipantState State, DateTimeOffset? HandRaisedAt, bool Away, MutedState Muted, ImmutableArray<TrackInfo> Tracks,
    DateTimeOffset JoinedAt, ImmutableSortedDictionary<string, string> Attributes)
{
    public static ParticipantOutput Of(ParticipantInfo one, RoomSnapshot snapshot) => new(
        one.Id, one.Identity, one.DisplayName, one.Kind, one.Role, People.Spell(one.Caps), one.State, one.HandRaisedAt, one.Away, one.Muted,
        [.. snapshot.Tracks.Where(track => track.ParticipantId == one.Id)], one.JoinedAt, one.Attributes);

    /// <summary>Somebody who asks to be let in: not inside, may do nothing yet.</summary>
    public static ParticipantOutput Of(WaitingPerson one) => new(
        one.Id, "", one.DisplayName, one.Kind, ParticipantRole.Member, [], ParticipantState.Waiting, null, false, new(true, true), [], one.Since,
        ImmutableSortedDictionary<string, string>.Empty);
}

/// <summary><c>/rooms/{room}/participants</c>: who is inside, and every verb of a moderator.</summary>
internal sealed class ParticipantsApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    private const int LongestReason = 200;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Participants";
        routes.Get("/rooms/{room}/participants", ListAsync, "listParticipants", "Lists who is inside, longest first, then who waits to be let in.")
            .Needs(Scopes.RoomsRead).Paged().Gives<Page<ParticipantOutput>>();
        routes.Get("/rooms/{room}/participants/{participant}", ReadAsync, "getParticipant", "Reads one participant.")
            .Needs(Scopes.RoomsRead).Gives<ParticipantOutput>().Tagged();
        routes.Patch("/rooms/{room}/participants/{participant}", ChangeAsync, "updateParticipant", "Changes name, role, capabilities or attributes, or lowers the hand.")
            .Needs(Scopes.ParticipantsWrite).TakesPatch<ParticipantPatch>("""{ "displayName": "Alice B.", "handRaised": false }""").Gives<ParticipantOutput>().Tagged();
        routes.Post("/rooms/{room}/participants/{participant}/mute", MuteAsync, "muteParticipant", "Mutes; nobody can be unmuted, only asked.")
            .Needs(Scopes.ParticipantsWrite).Takes<SourceInput>("""{ "source": "microphone" }""").Nothing();
        routes.Post("/rooms/{room}/participants/{participant}/ask-unmute", AskAsync, "askToUnmute", "Asks to unmute.")
            .Needs(Scopes.ParticipantsWrite).Takes<SourceInput>("""{ "source": "microphone" }""").Nothing();
        routes.Delete("/rooms/{room}/participants/{participant}", RemoveAsync, "removeParticipant", "Removes from the room; tokens issued before are void.")
            .Needs(Scopes.ParticipantsWrite).Query("ban", "How long they stay out.", ["session", "24h"]).Query("reason", "Words for the one who is removed.").Tagged();
        routes.Post("/rooms/{room}/mute-all", MuteAllAsync, "muteAll", "Mutes everybody but some.")
            .Needs(Scopes.ParticipantsWrite).Takes<MuteAllInput>("""{ "source": "microphone", "except": [], "lockUnmute": false }""").Nothing();
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        if (await rooms.FindAsync(context) is not var (_, report))
            return RoomDirectory.NoSuchRoom();
        return PageRequest.Reply(context, page.Cut(Everybody(report), one => one.Id), one => one);
    }

    private static IEnumerable<ParticipantOutput> Everybody(RoomReport report) =>
    [
        .. report.Snapshot?.Participants.Select(one => ParticipantOutput.Of(one, report.Snapshot)) ?? [],
        .. report.Waiting.IsDefault ? [] : report.Waiting.Select(ParticipantOutput.Of),
    ];

    private Task<ApiReply> ReadAsync(HttpContext context) =>
        WithTarget(context, (_, one, snapshot) => Task.FromResult(ApiReply.Single(context, ParticipantOutput.Of(one, snapshot))));

    private async Task<ApiReply> ChangeAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        var (input, wrong) = ApiBody.Bind<ParticipantPatch>(System.Text.Json.JsonSerializer.SerializeToElement(patch));
        if (input is null)
            return wrong!;
        var flaws = Check(input, out var caps);
        return flaws.Any ? ApiReply.Invalid(flaws) : await WithTarget(context, async (room, one, snapshot) =>
        {
            if (Stale(context, one, snapshot) is { } stale)
                return stale;
            foreach (var order in Orders(one.Id, input, caps))
            {
                if (await door.Room(room).Do(order) is { } refusal)
                    return ApiReply.No(refusal);
            }
            return await ReadAsync(context);
        });
    }

    private static Flaws Check(ParticipantPatch input, out Caps caps)
    {
        var flaws = new Flaws();
        caps = Caps.None;
        flaws.Unless(input.DisplayName is null || PlainText.Fits(input.DisplayName, 64), "displayName", "must have 1 to 64 characters.");
        flaws.Unless(input.HandRaised is null or false, "handRaised", "can only be false.");
        flaws.Unless(input.Attributes is null || (input.Attributes.Values.All(value => value is not null) && People.AreAttributes(input.Attributes)), "attributes", "must be at most 20, keys to 64 and values to 256 characters.");
        foreach (var (text, index) in (input.Caps ?? []).Select((text, index) => (text, index)).Take(32))
        {
            flaws.Unless(People.TryCap(text, out var cap), $"caps[{index}]", "is no capability.");
            caps |= cap;
        }
        return flaws;
    }

    private static IEnumerable<RoomCommand> Orders(string target, ParticipantPatch input, Caps caps)
    {
        if (input.DisplayName is not null || input.Attributes is not null)
            yield return new Rename(Moderation.Api, target, input.DisplayName, input.Attributes?.ToImmutableSortedDictionary(StringComparer.Ordinal));
        if (input.Role is { } role)
            yield return new SetRole(Moderation.Api, target, role);
        if (input.Caps is not null)
            yield return new SetCaps(Moderation.Api, target, caps);
        if (input.HandRaised == false)
            yield return new LowerHands(Moderation.Api, [target]);
    }

    private async Task<ApiReply> MuteAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SourceInput>(context);
        if (input is null)
            return refused!;
        return Sources.TryRead(input.Source, out var source) ? await DoAsync(context, id => new Mute(Moderation.Api, id, source)) : Sources.Wrong();
    }

    private async Task<ApiReply> AskAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SourceInput>(context);
        if (input is null)
            return refused!;
        return Sources.TryRead(input.Source, out var source) && source is TrackSource.Microphone or TrackSource.Camera
            ? await DoAsync(context, id => new AskToUnmute(Moderation.Api, id, source.Value))
            : ApiReply.Invalid("source", "must be microphone or camera.");
    }

    private async Task<ApiReply> RemoveAsync(HttpContext context)
    {
        var (ban, reason) = (context.Request.Query["ban"].ToString(), context.Request.Query["reason"].ToString());
        if (ban is not ("" or "session" or "24h"))
            return ApiReply.Invalid("ban", "must be session or 24h.");
        if (reason.Length > 0 && !PlainText.Fits(reason, LongestReason))
            return ApiReply.Invalid("reason", $"must have at most {LongestReason} characters.");
        var length = ban switch { "session" => BanLength.Session, "24h" => BanLength.Day, _ => BanLength.None };
        return await WithTarget(context, async (room, one, snapshot) => Stale(context, one, snapshot)
            ?? ApiReply.Of(await door.Room(room).Do(new Remove(Moderation.Api, one.Id, length, reason.Length == 0 ? null : reason))));
    }

    private async Task<ApiReply> MuteAllAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<MuteAllInput>(context);
        if (input is null)
            return refused!;
        if (!Sources.TryRead(input.Source, out var source))
            return Sources.Wrong();
        if (input.Except is { Length: > 500 } || input.Except?.Any(id => id is null) == true)
            return ApiReply.Invalid("except", "must be at most 500 ids.");
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        return ApiReply.Of(await door.Room(name).Do(new MuteAll(Moderation.Api, source, [.. input.Except ?? []], input.LockUnmute ?? false)));
    }

    private static ApiReply? Stale(HttpContext context, ParticipantInfo one, RoomSnapshot snapshot) =>
        EntityTags.Check(context, EntityTags.OfBody(ParticipantOutput.Of(one, snapshot)));

    private Task<ApiReply> DoAsync(HttpContext context, Func<string, RoomCommand> order) =>
        WithTarget(context, async (room, one, _) => ApiReply.Of(await door.Room(room).Do(order(one.Id))));

    private async Task<ApiReply> WithTarget(HttpContext context, Func<string, ParticipantInfo, RoomSnapshot, Task<ApiReply>> act)
    {
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        var id = Links.RouteValue(context, "participant");
        return report.Snapshot?.Participants.FirstOrDefault(one => one.Id == id) is { } found
            ? await act(name, found, report.Snapshot)
            : ApiReply.No(ErrorCodes.RoomNotFound, "There is no such participant in the room.");
    }
}

/// <summary>Sources as they are written in requests.</summary>
internal static class Sources
{
    /// <param name="source">Null for all.</param>
    public static bool TryRead(string? text, out TrackSource? source)
    {
        source = text switch
        {
            "microphone" => TrackSource.Microphone,
            "camera" => TrackSource.Camera,
            "screen" => TrackSource.Screen,
            "screenAudio" => TrackSource.ScreenAudio,
            _ => null,
        };
        return source is not null || text == "all";
    }

    public static ApiReply Wrong() => ApiReply.Invalid("source", "must be microphone, camera, screen, screenAudio or all.");
}
