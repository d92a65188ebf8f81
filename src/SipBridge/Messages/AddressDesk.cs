using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>MESSAGE of named peers' users to addresses behind other doors.</summary>
internal sealed class AddressDesk(FocusTools tools, SipAddresses addresses, IDirectPost? post)
{
    /// <returns>The status of the answer: 200 for one that reached them (rule SIP-MSGR-1).</returns>
    public async Task<int> TakeAsync(SipServerTransaction asked, SipNameAddress sender, SipUri to)
    {
        if (post is null || !AddressText.TryNormalize($"{sender.Uri.PlainUser}@{sender.Uri.Host}", out var from)
            || !AddressText.TryNormalize($"{to.PlainUser}@{to.Host}", out var reader))
            return 404;
        var reading = PagerReader.Read(asked.Request, asked.Flow, tools.HopToken);
        if (reading.Composing is { } composing)
            await post.TellAsync(new DirectComposing(from, reader, composing.Active), CancellationToken.None).ConfigureAwait(false);
        if (reading.Report is { } report)
            await PassOnAsync(report, from).ConfigureAwait(false);
        if (reading.Text is not { } text)
            return reading.Status;
        var outcome = await post.SendAsync(MessageOf(text, asked.Request, sender, (from, reader)), CancellationToken.None).ConfigureAwait(false);
        return outcome.Refusal is { } refusal ? tools.Refusals(refusal.Code).Status : 200;
    }

    private DirectMessage MessageOf(PagerText text, SipMessage request, SipNameAddress sender, (string From, string To) way) => new()
    {
        Id = Ids.New(Ids.Message, tools.RoomClock.Now),
        From = way.From,
        FromName = DialPlan.IsAnonymous(request, sender) ? "" : People.CleanName(sender.DisplayName) ?? "",
        To = way.To,
        Content = text.Content,
        ClientId = text.ClientId,
        SentAt = tools.RoomClock.Now,
        Via = "sip",
        Wanted = text.Asks is { } asks && !request.Has("Auto-Submitted") ? [.. WantedBy(asks.Wishes)] : [],
    };

    private static IEnumerable<ReceiptKind> WantedBy(ImdnWishes wishes)
    {
        if (wishes.HasFlag(ImdnWishes.Delivery))
            yield return ReceiptKind.Delivered;
        if (wishes.HasFlag(ImdnWishes.Display))
            yield return ReceiptKind.Displayed;
        if (wishes.HasFlag(ImdnWishes.Failure))
            yield return ReceiptKind.Failed;
    }

    private async Task PassOnAsync(ImdnReport report, string reader)
    {
        if (addresses.Asked.Find(report.MessageId, reader) is not { } message)
            return;
        ReceiptKind? kind = report.Status switch
        {
            ImdnStatus.Delivered => ReceiptKind.Delivered,
            ImdnStatus.Displayed => ReceiptKind.Displayed,
            ImdnStatus.Failed or ImdnStatus.Error or ImdnStatus.Forbidden => ReceiptKind.Failed,
            _ => null,
        };
        if (kind is { } told && message.Wanted.Contains(told))
            await post!.TellAsync(new DirectReceipt(reader, message.From, message.Id, message.ClientId, told), CancellationToken.None).ConfigureAwait(false);
    }
}
