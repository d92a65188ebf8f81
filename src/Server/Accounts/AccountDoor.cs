using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Accounts;

/// <summary>People in browsers. A message is theirs once it stands in their book, whether they are here or not.</summary>
internal sealed class AccountDoor(AccountBooks books) : IAddressDoor
{
    public string Wire => "web";

    public bool MayReach(string address) => books.IsAccount(address) || books.IsGuest(address);

    /// <summary>Accounts and guests are nobody else's.</summary>
    public bool Owns(string address) => MayReach(address);

    public async Task<DirectOutcome> DeliverAsync(DirectMessage message, CancellationToken stop)
    {
        try
        {
            var outcome = await books.KeepAsync(message.To, message, outgoing: false, stop);
            return new DirectOutcome(WhyNot(outcome.Keeping), outcome.Id);
        }
        catch (StoreUnavailableException)
        {
            return new DirectOutcome(new(ErrorCodes.CalleeUnavailable, "Messages cannot be kept now."), message.Id);
        }
    }

    public async Task TellAsync(DirectNotice notice, CancellationToken stop)
    {
        if (notice is DirectComposing composing)
            await books.TellAsync(notice.To, "Composing", new { composing.From, composing.Active });
        if (notice is not DirectReceipt receipt)
            return;
        var state = receipt.Kind switch
        {
            ReceiptKind.Delivered => KeptState.Delivered,
            ReceiptKind.Displayed => KeptState.Displayed,
            _ => KeptState.Failed,
        };
        // Only the one who was written to can say what became of it: the change names both.
        var changed = await books.BookOf(notice.To).AdvanceAsync(
            new KeptChange(notice.To, Outgoing: true, receipt.MessageId, notice.From, UpTo: false, state), stop);
        foreach (var kept in changed)
            await books.TellAsync(notice.To, "MessageState", new { kept.Message.Id, kept.State });
    }

    private static Refusal? WhyNot(Keeping keeping) => keeping switch
    {
        Keeping.NoSuchOwner => new(ErrorCodes.AddressUnroutable, "Nobody has this address."),
        Keeping.Full => new(ErrorCodes.CalleeUnavailable, "Too many messages wait for them."),
        _ => null,
    };
}
