using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>The room's chat by MESSAGE inside the call, both ways (rules SIP-MSGR-1 to 4).</content>
internal abstract partial class RoomCall
{
    private const int MostOnStreams = 60 * 1024;

    private readonly PhoneLines _lines;
    private bool _wrapsLines;
    private long _lastLine;

    /// <summary>Whose call has a text section hears the room there.</summary>
    private bool HearsLines => Call.PeerTakesMessages && _messages is not { Any: true, IsFile: false };

    /// <summary>A MESSAGE of this phone, inside the call or from the same place outside of it.</summary>
    /// <returns>The status of the answer.</returns>
    private async Task<int> PostAsync(SipMessage message, SipFlow flow)
    {
        if (!IsInside)
            return 403;
        if (Tools.IsLoop(message))
            return 482;
        var reading = PagerReader.Read(message, flow, Tools.HopToken);
        if (reading.Composing is { } composing)
            await Room.Do(new SetTyping(Id, composing.Active, null)).ConfigureAwait(false);
        return reading.Text is { } text ? await PostAsync(text, message).ConfigureAwait(false) : reading.Status;
    }

    private async Task<int> PostAsync(PagerText text, SipMessage message)
    {
        var outcome = await Room.PostChat(new PostChat
        {
            ParticipantId = Id,
            MessageId = Ids.New(Ids.Message, Tools.RoomClock.Now),
            ClientId = text.ClientId,
            Content = text.Content,
            Via = "sip",
        }).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            return Tools.Refusals(refusal.Code).Status;
        if (text.Asks is { } asks && !message.Has("Auto-Submitted"))
            await ReportAsync(asks, text).ConfigureAwait(false);
        return 200;
    }

    /// <summary>The room is where the message went: it has been processed and delivered as soon as it is committed (section 10.7).</summary>
    private async Task ReportAsync(ImdnRequest asks, PagerText text)
    {
        if (Call.Dialog is not { } dialog)
            return;
        var (room, phone) = (new CpimAddress("", dialog.Local.Uri.ToString()), new CpimAddress("", dialog.Remote.Uri.ToString()));
        foreach (var report in asks.WhenCommitted(room.Uri, text.SentAt))
        {
            var wrapped = report.Wrap(room, phone, Ids.New(Ids.Message, Tools.RoomClock.Now), Tools.RoomClock.Now, asks.Routes);
            await _lines.AddAsync(new PhoneLine("", CpimMessage.MediaType, wrapped.Write())).ConfigureAwait(false);
        }
    }

    /// <summary>Each line once, whichever way it was heard of (rule CH-2).</summary>
    private Task NoteLineAsync(ChatMessage line)
    {
        if (line.Sequence <= _lastLine)
            return Task.CompletedTask;
        _lastLine = line.Sequence;
        return TellLineAsync(line, isEdit: false);
    }

    /// <summary>What others say, to phones that take it. What this phone said itself, what was taken back, and what came before it is not told.</summary>
    private Task TellLineAsync(ChatMessage line, bool isEdit)
    {
        if (!HearsLines || line.Deleted || line.From.ParticipantId == Id)
            return Task.CompletedTask;
        var most = Call.Flow.Transport == SipTransport.Udp ? PagerReader.MostInDatagram - CpimRoom() : MostOnStreams;
        var told = PhoneLine.Of(line, isEdit, Tools.Settings.PageOf(RoomName), most);
        return _lines.AddAsync(_wrapsLines && Call.Dialog is { } dialog ? told.Wrap(line.Id, line.Timestamp, dialog.Local.Uri, Tools.HopToken) : told);
    }

    /// <summary>Bytes the wrapper takes from a datagram.</summary>
    private int CpimRoom() => _wrapsLines ? 600 : 0;

    private Task<bool> SendLineAsync(PhoneLine line) => Tools.Endpoint.AskAsync((now, _) =>
        Call.Say(now, line.Name, line.ContentType, line.Body, (DialDesk.HopHeader, $"{Tools.HopToken};n=1")) is not null);

    /// <summary>Private lines have a sender who may want to know (rule CH-6).</summary>
    private async Task LineAnsweredAsync(int status)
    {
        if (await _lines.AnsweredAsync().ConfigureAwait(false) is { Receipt: { } id })
            await Room.Do(new AcknowledgeChat(Id, id, status < 300 ? ReceiptKind.Delivered : ReceiptKind.Failed)).ConfigureAwait(false);
    }
}
