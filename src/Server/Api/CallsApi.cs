using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

internal sealed record DialInput
{
    /// <summary>A telephone number, `tel:` or `sip:`.</summary>
    public string? Address { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>A name of `Sip:Trunks`.</summary>
    public string? Trunk { get; init; }

    /// <summary>`audio`, and `video` to offer it too; `audio` when left out.</summary>
    public string[]? Media { get; init; }

    /// <summary>Keys pressed once they answered; a comma is a second's pause.</summary>
    public string? DtmfAfterAnswer { get; init; }

    /// <summary>How long it rings: 1,000 to 180,000; 45,000 when left out.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>They must press 1 before they come in.</summary>
    public bool? AnnounceOnAnswer { get; init; }
    public ParticipantRole? Role { get; init; }
}

internal sealed record DtmfInput
{
    public string? Digits { get; init; }
}

internal sealed record TransferInput
{
    /// <summary>`blind`: a room's name or address, a number, `tel:` or `sip:`. `attended`: the id of the call whose place it takes.</summary>
    public string? To { get; init; }

    /// <summary>`blind` when left out.</summary>
    public string? Mode { get; init; }
}

/// <summary><c>/calls</c>: telephone calls with rooms, over all rooms.</summary>
internal sealed class CallsApi(RoomDirectory rooms, RoomDoor door, PhoneCalls phones, IServiceProvider parts) : IApiResource
{
    private const int UsualTimeout = 45_000;
    private const int LongestTimeout = 180_000;
    private const int MostDigits = 64;

    /// <summary>This node's; null where it has no phones.</summary>
    private readonly CallBook? _book = parts.GetService<CallBook>();

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/calls", ListAsync, "listCalls", "Lists telephone calls, longest first; those that ended for as long as this node remembers them.")
            .Needs(Scopes.CallsWrite).Query("state", "Which ones; those that are up when left out.", ["live", "ended", "all"]).Paged().Gives<Page<CallInfo>>();
        routes.Post("/rooms/{room}/calls", DialAsync, "dial", "Calls somebody into the room.")
            .Needs(Scopes.CallsWrite).Takes<DialInput>("""{ "address": "+31201234567", "displayName": "Bob" }""").Gives<CallInfo>(StatusCodes.Status202Accepted);
        routes.Get("/calls/{call}", ReadAsync, "getCall", "Reads one call.").Needs(Scopes.CallsWrite).Gives<CallInfo>();
        routes.Delete("/calls/{call}", HangUpAsync, "hangUp", "Ends a call, or gives it up while it rings.").Needs(Scopes.CallsWrite);
        routes.Post("/calls/{call}/dtmf", PressAsync, "sendDtmf", "Presses keys towards the other end.")
            .Needs(Scopes.CallsWrite).Takes<DtmfInput>("""{ "digits": "1234#" }""").Nothing();
        routes.Post("/calls/{call}/hold", context => HoldAsync(context, held: true), "holdCall", "Holds a call: they hear music, and the room does not hear them.")
            .Needs(Scopes.CallsWrite).Nothing();
        routes.Post("/calls/{call}/resume", context => HoldAsync(context, held: false), "resumeCall", "Takes a held call back into its room.")
            .Needs(Scopes.CallsWrite).Nothing();
        routes.Post("/calls/{call}/transfer", TransferAsync, "transferCall", "Sends a call on: to another room, to somebody outside, or into the place of another call.")
            .Needs(Scopes.CallsWrite).Takes<TransferInput>("""{ "to": "support", "mode": "blind" }""").Gives<CallInfo>(StatusCodes.Status202Accepted);
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        var which = context.Request.Query["state"].ToString();
        if (which is not ("" or "live" or "ended" or "all"))
            return ApiReply.Invalid("state", "must be live, ended or all.");
        var wanted = (await AllAsync()).Where(call => which == "all" || call.State == CallState.Ended == (which == "ended"))
            .OrderBy(call => call.StartedAt).ThenBy(call => call.Id, StringComparer.Ordinal);
        return PageRequest.Reply(context, page.Cut(wanted, call => call.Id), call => call);
    }

    private Task<ApiReply> DialAsync(HttpContext context) => rooms.WithBodyAsync<DialInput>(context, Check, async (input, room) =>
    {
        var outcome = await phones.DialAsync(new DialOrder(room, input.Address!, Moderation.Api, $"key:{Caller.IdOf(context)}")
        {
            DisplayName = input.DisplayName is null ? null : People.CleanName(input.DisplayName),
            Trunk = input.Trunk,
            DtmfAfterAnswer = input.DtmfAfterAnswer,
            Video = DialMedia.TryRead(input.Media, out var video) && video,
            Timeout = TimeSpan.FromMilliseconds(input.TimeoutMs ?? UsualTimeout),
            Announce = input.AnnounceOnAnswer ?? false,
            Role = input.Role,
        });
        return outcome.Call is { } call ? ApiReply.Accepted(call) : ApiReply.No(outcome.Refusal!);
    });

    private static Flaws Check(DialInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.Address is { Length: > 0 and <= 256 }, "address", "must have 1 to 256 characters.");
        flaws.Unless(input.DisplayName is null || PlainText.Fits(input.DisplayName, 64), "displayName", "must have 1 to 64 characters.");
        flaws.Unless(DialMedia.TryRead(input.Media, out _), "media", DialMedia.Wrong);
        flaws.Unless(input.TimeoutMs is null or >= 1_000 and <= LongestTimeout, "timeoutMs", $"must be 1000 to {LongestTimeout}.");
        flaws.Unless(
            input.DtmfAfterAnswer is null || (input.DtmfAfterAnswer.Length <= MostDigits && input.DtmfAfterAnswer.All(key => IsKey(key) || key == ',')),
            "dtmfAfterAnswer", $"must be at most {MostDigits} of 0-9, *, #, A-D and commas.");
        return flaws;
    }

    private Task<ApiReply> ReadAsync(HttpContext context) => WithCall(context, call => Task.FromResult(ApiReply.Ok(call)));

    private Task<ApiReply> HangUpAsync(HttpContext context) => WithCall(context, async call => call.State == CallState.Ended
        ? ApiReply.Of(null)
        : ApiReply.Of(await door.Room(call.Room).Do(new HangUpCall(Moderation.Api, call.Id))));

    private async Task<ApiReply> PressAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<DtmfInput>(context);
        if (input is null)
            return refused!;
        if (input.Digits is not { Length: > 0 and <= MostDigits } digits || !digits.All(IsKey))
            return ApiReply.Invalid("digits", $"must be 1 to {MostDigits} of 0-9, *, #, A-D.");
        return await WithCall(context, async call => ApiReply.Of(await door.Room(call.Room).Do(new PressKeys(Moderation.Api, call.Id, digits.ToUpperInvariant()))));
    }

    private Task<ApiReply> HoldAsync(HttpContext context, bool held) => WithCall(context, async call =>
        ApiReply.Of(await door.Room(call.Room).Do(new HoldCall(Moderation.Api, call.Id, held))));

    private async Task<ApiReply> TransferAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<TransferInput>(context);
        if (input is null)
            return refused!;
        if (input.Mode is not (null or "blind" or "attended"))
            return ApiReply.Invalid("mode", "must be blind or attended.");
        if (input.To is not { Length: > 0 and <= 256 } to)
            return ApiReply.Invalid("to", "must have 1 to 256 characters.");
        return await WithCall(context, async call =>
        {
            var (refusal, target) = input.Mode == "attended" ? await PlaceOfAsync(call, to) : phones.JudgeTransfer(to);
            refusal ??= await door.Room(call.Room).Do(new TransferCall(Moderation.Api, call.Id, target!));
            return refusal is null ? ApiReply.Accepted(call) : ApiReply.No(refusal);
        });
    }

    private async Task<TransferVerdict> PlaceOfAsync(CallInfo call, string id)
    {
        if ((await AllAsync()).FirstOrDefault(one => one.Id == id && one.Id != call.Id) is not { State: CallState.Answered } other)
            return new(new Refusal(ErrorCodes.RoomNotFound, "There is no such call to take the place of."), null);
        return other.Room == call.Room
            ? new(new Refusal(ErrorCodes.ValidationFailed, "Both calls are in the same room."), null)
            : new(null, new TransferTarget(other.Room, other.Room, null) { InPlaceOf = other.ParticipantId });
    }

    private static bool IsKey(char key) => char.IsAsciiDigit(key) || key is '*' or '#' or (>= 'A' and <= 'D') or (>= 'a' and <= 'd');

    private async Task<ApiReply> WithCall(HttpContext context, Func<CallInfo, Task<ApiReply>> act)
    {
        var id = Links.RouteValue(context, "call");
        var call = _book?.Find(id) ?? (await AllAsync()).FirstOrDefault(one => one.Id == id);
        return call is null ? ApiReply.No(ErrorCodes.RoomNotFound, "There is no such call.") : await act(call);
    }

    /// <summary>This node's book, what rooms know of other nodes' calls, and phones in rooms that nobody wrote down.</summary>
    private async Task<IEnumerable<CallInfo>> AllAsync()
    {
        var known = (_book?.All ?? []).ToDictionary(call => call.Id, StringComparer.Ordinal);
        foreach (var report in await rooms.LiveAsync())
        {
            foreach (var call in report.Calls)
                known.TryAdd(call.Id, call);
            var written = known.Values.Select(call => call.ParticipantId).ToHashSet(StringComparer.Ordinal);
            foreach (var phone in report.Snapshot?.Participants.Where(one => one.Kind == ParticipantKind.Sip && !written.Contains(one.Id)) ?? [])
                known.TryAdd(phone.Id, Unwritten(report.Config!.Name, phone));
        }
        return known.Values;
    }

    private static CallInfo Unwritten(string room, ParticipantInfo phone) => new()
    {
        Id = phone.Id,
        Direction = CallDirection.In,
        State = CallState.Answered,
        From = phone.DisplayName,
        To = room,
        Room = room,
        ParticipantId = phone.Id,
        DisplayName = phone.DisplayName,
        StartedAt = phone.JoinedAt,
        AnsweredAt = phone.JoinedAt,
    };
}
