using System.Collections.Immutable;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Offers, candidates, what a page shows, and the network test.</summary>
internal sealed class MediaCalls(RoomDoor door, LocalMediaNode local, StatisticsCalls statistics)
{
    private const int MaxSlots = 128;
    private const int MaxCandidates = 64;
    private const int MaxCandidate = 512;
    private const int MaxNetworkTests = 5;

    public StatisticsCalls Statistics => statistics;

    public async Task<Reply> NegotiateAsync(Membership member, NegotiateBody offer)
    {
        if (Offers.Check(offer) is { } invalid)
            return Reply.Refused(invalid);
        var permit = await door.Room(member.Room).Permit(member.ParticipantId, Offers.Declarations(offer));
        if (permit.Refusal is { } refusal)
            return Reply.Refused(refusal);
        var answer = await door.NegotiateAsync(member.Room, member.ParticipantId, permit.Ticket, epoch => offer.Epoch is { } other && other != epoch
            ? null
            : new PeerOffer(
                member.Room, epoch, member.ParticipantId, PeerKind.Web, offer.Seq, offer.Sdp!, RoomDoor.Requests(permit.Publish),
                [.. offer.Unpublish ?? []], permit.AllowPublish, permit.AllowData));
        if (answer.Error is { } error)
            return Reply.Refused(error.ToRefusal());
        await ShowAgainAsync(member, answer.Epoch);
        return Reply.With(WireAnswer.From(answer));
    }

    public async Task<Reply> CandidatesAsync(Membership member, CandidatesBody body)
    {
        var candidates = body.Candidates ?? [];
        if (candidates.Length > MaxCandidates || candidates.Any(c => c?.Candidate is not { Length: <= MaxCandidate }))
            return Reply.Refused(ErrorCodes.ValidationFailed, "candidates: at most 64 of at most 512 characters.");
        return await OrderAsync(member, (home, epoch) => home.AddCandidatesAsync(
            member.Room, epoch, member.ParticipantId, [.. candidates.Select(c => c.Candidate!).Where(text => text.Length > 0)]));
    }

    public async Task<Reply> SetViewAsync(Membership member, SetViewBody body)
    {
        if (body.Slots is { Length: > MaxSlots } || body.Audio?.TrackIds is { Length: > MaxSlots })
            return Reply.Refused(ErrorCodes.ValidationFailed, "slots: too many.");
        var wishes = ImmutableArray.CreateBuilder<SlotWish>();
        foreach (var slot in body.Slots ?? [])
        {
            if (slot is null || !ViewWishes.TryRead(slot, out var wish))
                return Reply.Refused(ErrorCodes.ValidationFailed, "slots: want is a track, a speaker, a participant, auto or null.");
            wishes.Add(wish);
        }
        ImmutableArray<string> only = body.Audio?.Mode == "only" ? [.. body.Audio.TrackIds ?? []] : default;
        var view = new PeerView(body.ViewRev, wishes.DrainToImmutable(), only, body.Paused);
        member.View = new KeptView(view, Epoch: 0);
        var reply = await OrderAsync(member, (home, epoch) => ShowAsync(member, home, epoch, view));
        return reply.Ok ? Reply.With(new { body.ViewRev }) : reply;
    }

    /// <summary>Between the room's move and the page's own there is no peer at the new home: the view waits for its offer.</summary>
    private static async ValueTask<MediaError?> ShowAsync(Membership member, IMediaNode home, long epoch, PeerView view)
    {
        var error = await home.SetViewAsync(member.Room, epoch, member.ParticipantId, view);
        if (error is null && member.View?.View == view)
            member.View = new KeptView(view, epoch);
        return error is { Code: MediaErrorCode.PeerUnknown } ? null : error;
    }

    private async ValueTask ShowAgainAsync(Membership member, long epoch)
    {
        if (member.View is { } kept && kept.Epoch != epoch)
            await OrderAsync(member, (home, current) => ShowAsync(member, home, current, kept.View));
    }

    public async Task<Reply> TestNetworkAsync(ClientConnection connection, SdpBody body)
    {
        if (body.Sdp is not { Length: > 0 and <= Offers.MaxSdp })
            return Reply.Refused(ErrorCodes.ValidationFailed, "sdp is missing or too long.");
        if (++connection.NetworkTests > MaxNetworkTests)
            return Reply.Refused(new Refusal(ErrorCodes.RateLimited, "Enough tests on this connection.", 10_000));
        var answer = await local.Engine.TestNetworkAsync(body.Sdp);
        return answer.Error is { } error ? Reply.Refused(error.ToRefusal()) : Reply.With(new { answer.Sdp });
    }

    private async Task<Reply> OrderAsync(Membership member, Func<IMediaNode, long, ValueTask<MediaError?>> order)
    {
        var permit = await door.Room(member.Room).Permit(member.ParticipantId, []);
        if (permit.Refusal is { } refusal)
            return Reply.Refused(refusal);
        return await door.OrderAsync(member.Room, member.ParticipantId, permit.Ticket, order) is { } error ? Reply.Refused(error.ToRefusal()) : Reply.Done;
    }
}

/// <summary>Reads <c>want: { trackId } | { speaker } | { participantId } | { auto } | null</c>.</summary>
internal static class ViewWishes
{
    private const int MaxSide = 8192;

    public static bool TryRead(SlotBody slot, out SlotWish wish)
    {
        wish = new(slot.Mid ?? "", WishKind.Auto, null, 0, Math.Clamp(slot.Width, 0, MaxSide), Math.Clamp(slot.Height, 0, MaxSide),
            Math.Clamp(slot.Priority, 0, 9));
        if (slot.Mid is not { Length: > 0 and <= 32 })
            return false;
        switch (slot.Want.ValueKind)
        {
            case JsonValueKind.Undefined:
                return true;
            case JsonValueKind.Null:
                wish = wish with { Kind = WishKind.Nothing };
                return true;
            case JsonValueKind.Object:
                return TryReadWant(slot.Want, ref wish);
            default:
                return false;
        }
    }

    private static bool TryReadWant(JsonElement want, ref SlotWish wish)
    {
        if (Text(want, "trackId") is { } track)
            wish = wish with { Kind = WishKind.Track, TrackId = track };
        else if (Text(want, "participantId") is { } participant)
            wish = wish with { Kind = WishKind.Participant, TrackId = participant };
        else if (want.TryGetProperty("speaker", out var speaker) && speaker.ValueKind == JsonValueKind.Number && speaker.TryGetInt32(out var rank))
            wish = wish with { Kind = WishKind.Speaker, SpeakerRank = Math.Clamp(rank, 0, 99) };
        else
            return want.TryGetProperty("auto", out var auto) && auto.ValueKind == JsonValueKind.True;
        return true;
    }

    private static string? Text(JsonElement want, string name) =>
        want.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
