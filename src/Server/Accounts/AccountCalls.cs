using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Accounts;

/// <summary>What somebody signed in may do (product §8).</summary>
internal sealed class AccountCalls(SylkOptions options, AccountBooks books, IDirectPost post, RoomClock clock, ILogger<AccountCalls> log)
{
    private const int LongestPage = 100;

    /// <summary>Accepted means: taken by the door it leaves by, and committed to the sender's own book.</summary>
    public async Task<Reply> SendAsync(AccountSession session, SendMessageBody body)
    {
        var words = ChatContent.Read(body.Content, body.ContentType);
        if (words.Refusal is { } refusal)
            return Reply.Refused(refusal);
        if (!AddressText.TryNormalize(body.To, out var to))
            return Reply.Refused(ErrorCodes.ValidationFailed, "to: user@domain.");
        if (WhyNot(session, to) is { } forbidden)
            return Reply.Refused(forbidden);
        return await SendAsync(session, new DirectMessage
        {
            Id = Ids.New(Ids.Message, clock.Now),
            From = session.Address,
            FromName = session.DisplayName,
            To = to,
            Content = words.Content,
            ContentType = words.ContentType,
            ClientId = body.ClientId ?? "",
            SentAt = clock.Now,
            Via = "web",
            Wanted = [ReceiptKind.Delivered, ReceiptKind.Displayed],
        });
    }

    /// <summary>This client has the message: it does not come again, and its sender hears that it was delivered.</summary>
    public Task<Reply> AcknowledgeAsync(AccountSession session, AcknowledgeBody body) =>
        AdvanceAsync(session, new KeptChange(session.Address, Outgoing: false, body.Id ?? "", Peer: null, UpTo: false, KeptState.Delivered));

    public async Task<Reply> SetReadAsync(AccountSession session, SetReadBody body) => AddressText.TryNormalize(body.With, out var peer)
        ? await AdvanceAsync(session, new KeptChange(session.Address, Outgoing: false, body.UpTo ?? "", peer, UpTo: true, KeptState.Displayed))
        : Reply.Refused(ErrorCodes.ValidationFailed, "with: user@domain.");

    /// <summary>May be lost; whoever may not write to somebody does not show them that they try.</summary>
    public async Task<Reply> SetComposingAsync(AccountSession session, ComposingBody body)
    {
        if (!AddressText.TryNormalize(body.To, out var to))
            return Reply.Refused(ErrorCodes.ValidationFailed, "to: user@domain.");
        if (WhyNot(session, to) is { } forbidden)
            return Reply.Refused(forbidden);
        await post.TellAsync(new DirectComposing(session.Address, to, body.Active), CancellationToken.None);
        return Reply.Done;
    }

    public async Task<Reply> LoadAsync(AccountSession session, HistoryBody body)
    {
        if (body.Limit is < 1 or > LongestPage)
            return Reply.Refused(ErrorCodes.ValidationFailed, "limit: 1 to 100.");
        var peer = "";
        if (body.With is not null && !AddressText.TryNormalize(body.With, out peer))
            return Reply.Refused(ErrorCodes.ValidationFailed, "with: user@domain.");
        var page = await books.BookOf(session.Address).PageAsync(session.Address, peer.Length > 0 ? peer : null, body.Before, body.Limit + 1);
        return Reply.With(new { Messages = page.Take(body.Limit).Reverse().Select(WireDirect.Of), More = page.Length > body.Limit });
    }

    /// <summary>What <c>Addresses:GuestCalls</c> leaves to guests.</summary>
    private Refusal? WhyNot(AccountSession session, string to)
    {
        if (!session.IsGuest)
            return null;
        var may = options.Addresses.GuestCalls.ToUpperInvariant() switch
        {
            "ANY" => true,
            "LOCAL" => books.IsAccount(to) || books.IsGuest(to),
            _ => false,
        };
        return may ? null : new(ErrorCodes.GuestForbidden, "Guests may not write to this address.");
    }

    /// <summary>What stands in the sender's book was sent, before a restart too (rule CH-4).</summary>
    private async Task<Reply> SendAsync(AccountSession session, DirectMessage message)
    {
        if (await books.BookOf(session.Address).FindSentAsync(session.Address, message.To, message.ClientId) is { } known)
            return Reply.With(new { Id = known });
        var outcome = await post.SendAsync(message, CancellationToken.None);
        if (outcome.Refusal is not null)
            return Reply.Refused(outcome.Refusal);
        session.Wrote(outcome.MessageId);
        await books.KeepAsync(session.Address, message with { Id = outcome.MessageId }, outgoing: true, CancellationToken.None);
        return Reply.With(new { Id = outcome.MessageId });
    }

    private async Task<Reply> AdvanceAsync(AccountSession session, KeptChange change)
    {
        var kind = change.To == KeptState.Displayed ? ReceiptKind.Displayed : ReceiptKind.Delivered;
        var changed = await books.BookOf(session.Address).AdvanceAsync(change);
        _ = TellSendersAsync([.. changed.Where(kept => kept.Message.Wanted.Contains(kind))], kind);
        return Reply.Done;
    }

    /// <summary>Receipts may be slow on other wires: nobody waits for them, and one that is lost stays lost.</summary>
    private async Task TellSendersAsync(KeptMessage[] messages, ReceiptKind kind)
    {
        foreach (var kept in messages)
        {
            try
            {
                await post.TellAsync(new DirectReceipt(kept.Owner, kept.Peer, kept.Message.Id, kept.Message.ClientId, kind), CancellationToken.None);
            }
#pragma warning disable CA1031 // the state is committed; only the telling failed
            catch (Exception problem)
#pragma warning restore CA1031
            {
                log.ReceiptNotTold(problem);
            }
        }
    }
}
