using System.Security.Cryptography;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record InviteInput
{
    public ParticipantRole? Role { get; init; }

    /// <summary>For whom it is; at most 64 characters.</summary>
    public string? Label { get; init; }

    /// <summary>How often it opens the door; left out: as often as one likes.</summary>
    public int? MaxUses { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True: a PIN by which a caller is known.</summary>
    public bool? PersonalPin { get; init; }

    /// <summary>The invited address, when it is for one.</summary>
    public string? Address { get; init; }
}

/// <param name="Url">The room's page with the invite in the fragment, which browsers send to nobody.</param>
/// <param name="Pin">Shown once, when it is made; null otherwise.</param>
internal sealed record InviteOutput(
    string Id, string Url, string? Pin, string? Sip, string QrUrl, ParticipantRole Role, string? Label, int? MaxUses, int Uses,
    DateTimeOffset? ExpiresAt, string? Address, DateTimeOffset CreatedAt, DialInOutput? DialIn);

/// <summary><c>/rooms/{room}/invites</c></summary>
internal sealed class InvitesApi(RoomDirectory rooms, RoomDoor door, SylkOptions options) : IApiResource
{
    private const int LongestLabel = 64;
    private const int MostUses = 1_000_000;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Tokens and invites";
        routes.Get("/rooms/{room}/invites", ListAsync, "listInvites", "Lists a room's invites.")
            .Needs(Scopes.RoomsRead).Paged().Gives<Page<InviteOutput>>();
        routes.Post("/rooms/{room}/invites", CreateAsync, "createInvite", "Makes a link that lets people in.")
            .Needs(Scopes.RoomsWrite).Takes<InviteInput>("""{ "role": "member", "label": "Customer", "maxUses": 5 }""")
            .Gives<InviteOutput>(StatusCodes.Status201Created);
        routes.Get("/rooms/{room}/invites/{invite}", ReadAsync, "getInvite", "Reads an invite.").Needs(Scopes.RoomsRead).Gives<InviteOutput>().Tagged();
        routes.Delete("/rooms/{room}/invites/{invite}", RevokeAsync, "revokeInvite", "Takes an invite back; those it let in stay.").Needs(Scopes.RoomsWrite).Tagged();
        routes.Get("/invites/{invite}/qr.svg", QrAsync, "getInviteQr", "The invite's link as a QR code; knowing the id is the right to see it.")
            .Query("room", "The invite's room.", example: "standup").GivesText("image/svg+xml");
    }

    private Task<ApiReply> ListAsync(HttpContext context) => rooms.WithPageAsync(context, async (page, name, report) =>
        PageRequest.Reply(context, page.Cut(await door.Room(name).Invites(), one => one.Id), one => Show(context, (name, report.Config?.ConferenceId), one, null)));

    private Task<ApiReply> CreateAsync(HttpContext context) => rooms.WithBodyAsync<InviteInput>(context, Check, async (input, name) =>
    {
        var pin = input.PersonalPin == true ? RandomNumberGenerator.GetInt32(0, 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture) : null;
        var invite = new Invite
        {
            Id = Ids.NewInvite(door.Clock.Now),
            Role = input.Role ?? ParticipantRole.Member,
            Label = input.Label,
            MaxUses = input.MaxUses,
            ExpiresAt = input.ExpiresAt,
            PinHash = pin is null ? null : Passcodes.Hash(pin),
            Address = input.Address,
            CreatedAt = door.Clock.Now,
        };
        if ((await door.Room(name).Configure(new CreateInvite(invite))).Refusal is { } refusal)
            return ApiReply.No(refusal);
        return ApiReply.Created($"{ApiRoutes.Base}/rooms/{name}/invites/{invite.Id}", Show(context, (name, await door.Room(name).ConferenceId()), invite, pin));
    });

    private Task<ApiReply> ReadAsync(HttpContext context) => WithInvite(context, (room, one) => Task.FromResult(ApiReply.Single(context, Show(context, room, one, null))));

    private Task<ApiReply> RevokeAsync(HttpContext context) => WithInvite(
        context, async (room, one) => EntityTags.Check(context, EntityTags.OfBody(Show(context, room, one, null)))
            ?? ApiReply.Of((await door.Room(room.Name).Configure(new RevokeInvite(one.Id))).Refusal));

    /// <summary>Pages show it in an image element, which can show no key.</summary>
    private async Task<ApiReply> QrAsync(HttpContext context)
    {
        var (id, invites) = (Links.RouteValue(context, "invite"), (IEnumerable<Invite>)[]);
        if (RoomName.TryNormalize(context.Request.Query["room"].ToString(), out var name))
            invites = await door.Room(name).Invites();
        return invites.FirstOrDefault(one => one.Id == id) is { } found
            ? ApiReply.Text("image/svg+xml", QrCode.Draw(Url(context, name, found)))
            : NoSuchInvite();
    }

    private async Task<ApiReply> WithInvite(HttpContext context, Func<(string Name, string? ConferenceId), Invite, Task<ApiReply>> act)
    {
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        var id = Links.RouteValue(context, "invite");
        return (await door.Room(name).Invites()).FirstOrDefault(one => one.Id == id) is { } found
            ? await act((name, report.Config?.ConferenceId), found)
            : NoSuchInvite();
    }

    private static ApiReply NoSuchInvite() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such invite.");

    private Flaws Check(InviteInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.Label is null || PlainText.Fits(input.Label, LongestLabel), "label", $"must have 1 to {LongestLabel} characters.");
        flaws.Unless(input.MaxUses is null or (>= 1 and <= MostUses), "maxUses", $"must be 1 to {MostUses}.");
        flaws.Unless(input.ExpiresAt is null || input.ExpiresAt > door.Clock.Now, "expiresAt", "must be in the future.");
        flaws.Unless(input.Address is null || (PlainText.Fits(input.Address, 320) && input.Address.IndexOf('@', StringComparison.Ordinal) > 0), "address", "must be user@domain.");
        return flaws;
    }

    private InviteOutput Show(HttpContext context, (string Name, string? ConferenceId) room, Invite one, string? pin) => new(
        one.Id, Url(context, room.Name, one), pin, null, $"{ApiRoutes.Base}/invites/{one.Id}/qr.svg?room={room.Name}", one.Role, one.Label, one.MaxUses,
        one.Uses, one.ExpiresAt, one.Address, one.CreatedAt, DialInOutput.Of(options, room.ConferenceId, pin));

    private string Url(HttpContext context, string room, Invite one) => Links.Page(context, options, $"/r/{room}#i={one.Id}");
}
