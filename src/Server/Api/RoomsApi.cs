using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record EndInput
{
    public string? Reason { get; init; }
}

/// <summary><c>/rooms</c></summary>
internal sealed class RoomsApi(RoomDirectory rooms, RoomDoor door, RoomOpenings openings, SylkOptions options) : IApiResource
{
    private const int LongestReason = 200;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Rooms";
        routes.Get("/rooms", ListAsync, "listRooms", "Lists rooms by name.")
            .Needs(Scopes.RoomsRead).Query("status", "Only rooms with somebody inside, or without.", ["live", "idle"])
            .Query("kind", "Only rooms of this kind.", ["permanent", "adhoc"]).Query("prefix", "Only names that begin like this.")
            .Paged().Gives<Page<RoomOutput>>();
        routes.Post("/rooms", CreateAsync, "createRoom", "Creates a room; 200 when it is there already just so.")
            .Needs(Scopes.RoomsWrite)
            .Takes<RoomInput>("""{ "name": "standup", "title": "Daily stand-up", "limits": { "maxParticipants": 20 }, "metadata": { "team": "blue" } }""", optional: true)
            .Gives<RoomOutput>(StatusCodes.Status201Created).Gives<RoomOutput>().Tagged();
        routes.Get("/rooms/{room}", ReadAsync, "getRoom", "Reads a room with its live counters.")
            .Needs(Scopes.RoomsRead).Gives<RoomOutput>().Tagged();
        routes.Patch("/rooms/{room}", ChangeAsync, "updateRoom", "Changes settings; people inside are told.")
            .Needs(Scopes.RoomsWrite).TakesPatch<RoomInput>("""{ "title": "Weekly review", "features": { "rename": false } }""")
            .Gives<RoomOutput>().Tagged();
        routes.Delete("/rooms/{room}", DeleteAsync, "deleteRoom", "Ends the session and forgets the room.").Needs(Scopes.RoomsWrite).Tagged();
        routes.Post("/rooms/{room}/end", EndAsync, "endRoom", "Ends the session and keeps the room.")
            .Needs(Scopes.RoomsWrite).Takes<EndInput>("""{ "reason": "Time is up." }""", optional: true).Nothing(StatusCodes.Status202Accepted);
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        var (status, kind) = (context.Request.Query["status"].ToString(), context.Request.Query["kind"].ToString());
        if (status is not ("" or "live" or "idle"))
            return ApiReply.Invalid("status", "must be live or idle.");
        if (kind is not ("" or "permanent" or "adhoc"))
            return ApiReply.Invalid("kind", "must be permanent or adhoc.");
        var prefix = context.Request.Query["prefix"].ToString().ToLowerInvariant();
        var found = await rooms.PageAsync(prefix.Length == 0 ? null : prefix, page, report =>
            (status.Length == 0 || (report.SessionId is not null) == (status == "live")) && (kind.Length == 0 || report.Config!.Permanent == (kind == "permanent")), status == "live");
        return PageRequest.Reply(context, found, report => RoomOutput.Of(context, options, report));
    }

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<RoomInput>(context, optional: true);
        if (input is null)
            return refused!;
        if (!RoomName.TryNormalize(input.Name ?? RoomName.Random(), out var name))
            return ApiReply.Invalid("name", "must be 1 to 64 of a-z 0-9 . _ -, not begin with a dot and not be a reserved word.");
        var flaws = new Flaws();
        var wanted = RoomShape.Read(input, RoomShape.Fresh(name, permanent: true, door.Clock.Now), flaws);
        if (flaws.Any)
            return ApiReply.Invalid(flaws);
        var who = RoomOpenings.WhoIs(Caller.PersonOf(context), null);
        if (!openings.TryTake(who))
            return ApiReply.No(new Refusal(ErrorCodes.RateLimited, "You have opened many rooms in the last hour.", 3_600_000));
        var outcome = await door.Room(name).Configure(new CreateRoom(wanted));
        if (!outcome.Created)
            openings.GiveBack(who);
        if (outcome.Refusal is { } refusal)
            return ApiReply.No(refusal);
        if (!outcome.Created)
            return await ThereAlready(context, input, outcome.Config!);
        var made = await Show(context, name);
        return ApiReply.Created($"{ApiRoutes.Base}/rooms/{name}", made, made.Etag);
    }

    /// <summary>Asked for again just as it is: fine. Asked for differently: somebody else has the name.</summary>
    private async Task<ApiReply> ThereAlready(HttpContext context, RoomInput input, RoomConfig existing)
    {
        if (EntityTags.OnlyIfAbsent(context))
            return ApiReply.No(ErrorCodes.EtagMismatch, "There is a room of this name already.");
        if (!RoomShape.SaysTheSame(RoomShape.Read(input, existing with { Permanent = true }, new Flaws()), existing))
            return ApiReply.No(ErrorCodes.IdentityInUse, "There is a room of this name with other settings.");
        var shown = await Show(context, existing.Name);
        return ApiReply.Ok(shown, shown.Etag);
    }

    /// <summary>Never 304: the tag is that of the settings, and the reply also says who is inside.</summary>
    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        if (await rooms.FindAsync(context) is not var (_, report))
            return RoomDirectory.NoSuchRoom();
        var shown = RoomOutput.Of(context, options, report);
        return ApiReply.Ok(shown, shown.Etag);
    }

    private async Task<ApiReply> ChangeAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        var config = report.Config!;
        if (EntityTags.Check(context, EntityTags.Of(config.Revision)) is { } stale)
            return stale;
        if (UnknownFields.Find(JsonSerializer.SerializeToElement(patch), typeof(RoomInput)) is { } unknown)
            return ApiReply.Invalid(Flaws.Unknown(unknown));
        var merged = MergePatch.Apply((JsonObject)JsonSerializer.SerializeToNode(RoomShape.Write(config), Wire.Json)!, Spelt(patch));
        var (input, wrong) = ApiBody.Bind<RoomInput>(JsonSerializer.SerializeToElement(merged));
        if (input is null)
            return wrong!;
        var flaws = new Flaws();
        flaws.Unless(input.Name is null || input.Name.Equals(name, StringComparison.OrdinalIgnoreCase), "name", "cannot be changed.");
        var changed = RoomShape.Read(input, config, flaws);
        if (flaws.Any)
            return ApiReply.Invalid(flaws);
        if (!RoomShape.SaysTheSame(changed, config) && await door.Room(name).Configure(new ChangeRoom(changed, config.Revision)) is { Refusal: { } refusal })
            return ApiReply.No(refusal);
        var shown = await Show(context, name);
        return ApiReply.Ok(shown, shown.Etag);
    }

    /// <summary>Null takes a secret away; to the settings that is the empty text.</summary>
    private static JsonObject Spelt(JsonObject patch)
    {
        if (patch["access"] is JsonObject access)
        {
            foreach (var secret in new[] { "passcode", "pin", "moderatorPin" })
            {
                if (access.ContainsKey(secret) && access[secret] is null)
                    access[secret] = "";
            }
            if (access["passcode"]?.GetValueKind() == JsonValueKind.String && !access.ContainsKey("mode"))
                access["mode"] = (string?)access["passcode"] == "" ? "open" : "passcode";
        }
        return patch;
    }

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        var revision = report.Config!.Revision;
        if (EntityTags.Check(context, EntityTags.Of(revision)) is { } stale)
            return stale;
        var asked = context.Request.Headers.IfMatch.Count > 0;
        return ApiReply.Of((await door.Room(name).Configure(new DeleteRoom(asked ? revision : null))).Refusal);
    }

    private Task<ApiReply> EndAsync(HttpContext context) => rooms.WithBodyAsync<EndInput>(
        context, Check, async (input, name) => await door.Room(name).Do(new EndRoom(Moderation.Api, input.Reason)) is { } refusal ? ApiReply.No(refusal) : ApiReply.Accepted(), optional: true);

    private static Flaws Check(EndInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.Reason is null || PlainText.Fits(input.Reason, LongestReason), "reason", $"must have 1 to {LongestReason} characters.");
        return flaws;
    }

    private async Task<RoomOutput> Show(HttpContext context, string name) => RoomOutput.Of(context, options, await rooms.DescribeAsync(name));
}
