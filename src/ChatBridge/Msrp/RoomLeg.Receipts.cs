using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <content>
/// What became of messages (RFC 5438, section 10.7). Of what is for all the room itself says so; of a private line its reader does, whose
/// word goes to the sender through the room, whatever each of them speaks.
/// </content>
internal sealed partial class RoomLeg
{
    /// <summary>Private lines that somebody may still say something about.</summary>
    private const int MostAwaited = 200;

    private const ImdnWishes FromReaders = ImdnWishes.Delivery | ImdnWishes.Failure | ImdnWishes.Display;

    /// <summary>Private lines of theirs, by the room's id.</summary>
    private readonly RecentMap<string, AskedLine> _asked = new(MostAwaited);

    /// <summary>Private lines to them, and what they have said of each.</summary>
    private readonly RecentMap<string, HashSet<ReceiptKind>> _awaited = new(MostAwaited);

    /// <summary>The same lines by the id of the message that carried them: relays say later what became of it (RFC 4976 section 5.3).</summary>
    private readonly RecentMap<string, string> _sent = new(MostAwaited);

    private bool TakesReports => MsrpMedia.Accepts(Media.AcceptWrappedTypes, ImdnReport.MediaType);

    private bool IsPrivateToMe(ChatMessage line) => line.To is not null && _people.TryGetValue(Id, out var me)
        && line.ToIdentity == me.Identity && line.From.Identity != me.Identity;

    /// <summary>A private line: its sender hears what becomes of it.</summary>
    private void PutPrivate(ChatMessage line)
    {
        _awaited.Put(line.Id, []);
        Put(_lines.Line(line, TakesReports ? FromReaders : ImdnWishes.None), MsrpWeight.Line, line.Id);
    }

    /// <summary>Relays answer at once; whether it arrived is said later.</summary>
    private async Task NoteReportAsync(MsrpReported reported)
    {
        if (reported.Status is MsrpStatus.NoSession or MsrpStatus.TimedOut)
            Over(completed: false, "the other end is not reached behind its relay");
        if (_sent.TryGet(reported.MessageId, out var lineId))
            await NoteSentAsync(lineId, reported.Status).ConfigureAwait(false);
    }

    /// <summary>A client that reports itself is not spoken for; a failure is one whoever it is (rule CH-6).</summary>
    private async Task NoteSentAsync(string lineId, int status)
    {
        if (status != MsrpStatus.Ok)
            await AcknowledgeAsync(lineId, ReceiptKind.Failed).ConfigureAwait(false);
        else if (!TakesReports)
            await AcknowledgeAsync(lineId, ReceiptKind.Delivered).ConfigureAwait(false);
    }

    /// <summary>Their report on a line that was sent to them alone; others are of no use to anybody.</summary>
    private async Task AcknowledgeAsync(CpimMessage message)
    {
        if (ImdnReport.Read(message.Content) is not { } report)
            return;
        ReceiptKind? kind = (report.Kind, report.Status) switch
        {
            (ImdnKind.Delivery, ImdnStatus.Delivered) => ReceiptKind.Delivered,
            (ImdnKind.Display, ImdnStatus.Displayed) => ReceiptKind.Displayed,
            (ImdnKind.Delivery, _) => ReceiptKind.Failed,
            _ => null,
        };
        if (kind is { } said)
            await AcknowledgeAsync(report.MessageId, said).ConfigureAwait(false);
    }

    private async Task AcknowledgeAsync(string lineId, ReceiptKind kind)
    {
        if (_awaited.TryGet(lineId, out var said) && said.Add(kind))
            await Room.Do(new AcknowledgeChat(Id, lineId, kind)).ConfigureAwait(false);
    }

    /// <summary>What the room can say at once; the rest when the reader has said it.</summary>
    private void Report(ImdnRequest asks, CpimMessage message, ChatMessage line)
    {
        if (asks.Wishes == ImdnWishes.None)
            return;
        var asked = new AskedLine(asks, message[CpimHeader.Core, CpimHeader.DateTime] ?? "", message.To.First());
        if (line.To is not null)
            _asked.Put(line.Id, asked);
        foreach (var report in asks.WhenCommitted(_addresses.Room.Uri, asked.SentAt, line.To is not null))
            PutReport(report, _addresses.Room, asked);
    }

    private void SayReceipt(ChatReceipt receipt)
    {
        if (!_asked.TryGet(receipt.MessageId, out var asked))
            return;
        var (wish, kind, status) = receipt.Kind switch
        {
            ReceiptKind.Displayed => (ImdnWishes.Display, ImdnKind.Display, ImdnStatus.Displayed),
            ReceiptKind.Failed => (ImdnWishes.Failure, ImdnKind.Delivery, ImdnStatus.Failed),
            _ => (ImdnWishes.Delivery, ImdnKind.Delivery, ImdnStatus.Delivered),
        };
        if (asked.Asks.Wishes.HasFlag(wish))
            PutReport(new ImdnReport(asked.Asks.MessageId, asked.SentAt, kind, status, asked.To.Uri, asked.Asks.Original), asked.To, asked);
    }

    private void PutReport(ImdnReport report, CpimAddress from, AskedLine asked) => Put(
        report.Wrap(from, new CpimAddress("", Offer.Uri), Ids.New(Ids.Message, Now), Now, asked.Asks.Routes).PassedBy(Tools.Settings.OriginToken).Write(),
        MsrpWeight.Notice);

    /// <param name="SentAt">As they wrote it.</param>
    /// <param name="To">The one they wrote to, as they call them.</param>
    private sealed record AskedLine(ImdnRequest Asks, string SentAt, CpimAddress To);
}
