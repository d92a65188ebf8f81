using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>What was said in the room, in the words of XMPP (section 12.2).</content>
internal sealed partial class MucRoom
{
    private const int MostReceived = 500;

    /// <summary>Private lines by what their reader's client calls them.</summary>
    private readonly Dictionary<(string Reader, string WireId), string> _received = [];

    private void Say(ChatMessage line)
    {
        if (_recent.Count == 0 || _recent[^1].Sequence < line.Sequence) // it may be said again after a gap
            _recent.Add(line);
        if (_recent.Count > MostRecent)
            _recent.RemoveAt(0);
        _said.Remove(line.Id, out var original);
        var stanza = Dressed(_stanzas.Line(line, NickOf(line.From)), original);
        foreach (var reader in Inside.Where(one => one.LastSequence < line.Sequence))
        {
            reader.LastSequence = line.Sequence;
            foreach (var session in reader.Sessions)
                Send(stanza.Copy().Set("to", session.ToString()));
        }
    }

    private void SayPrivately(ChatMessage line)
    {
        _said.Remove(line.Id, out var original);
        if (line.To is null || _occupants.GetValueOrDefault(line.To) is not { IsInside: true } reader || line.From.ParticipantId == line.To)
            return;
        var stanza = Dressed(_stanzas.Line(line, NickOf(line.From) ?? line.From.DisplayName), original);
        if (original is null)
            stanza.Add(new XmppElement("request", XmppNames.Receipts));
        if (_received.Count >= MostReceived)
            _received.Clear();
        _received[(reader.Id, stanza["id"] ?? line.Id)] = line.Id;
        foreach (var session in reader.Sessions)
            Send(stanza.Copy().Set("to", session.ToString()));
    }

    /// <summary>With the sender's own id and all that came along with the words (rule MUC-4).</summary>
    private XmppElement Dressed(XmppElement stanza, XmppElement? original)
    {
        if (original is null)
            return stanza;
        if (original["id"] is { } id)
            stanza.Set("id", id);
        if (original.Attributes.FirstOrDefault(one => one is { Name: "lang", Namespace: XmppNames.Xml }) is { } language)
            stanza.Set("lang", language.Value, XmppNames.Xml);
        return stanza.Add(MessageText.Extensions(original, _address));
    }

    private void Amend(ChatMessage line)
    {
        var at = _recent.FindIndex(one => one.Id == line.Id);
        if (at >= 0)
            _recent[at] = line;
        _said.Remove(line.Id, out var original);
        if (line.To is not null)
            return;
        ToAll(_stanzas.Amended(line, NickOf(line.From), original?["id"] ?? Ids.New(Ids.Message, Now)));
    }

    private void ShowFile(FileAppeared appeared)
    {
        if (_tools.Settings.WebRoot.Length == 0)
            return;
        foreach (var reader in Inside)
        {
            var address = $"{_tools.Settings.WebRoot}/api/v1/files/{appeared.File.Id}/content?room={Name}&p={reader.Id}&k={FileKeys.For(appeared.Key, appeared.File.Id, reader.Id)}";
            foreach (var session in reader.Sessions)
                Send(_stanzas.File(appeared.File, NickOf(appeared.File.From), address).Set("to", session.ToString()));
        }
    }

    private void ShowTyping(TypingChanged typing)
    {
        if (_nicks.Of(typing.ParticipantId) is not { } nick || (typing.Reader is null && !_tools.Settings.GroupChatStates))
            return;
        var state = new XmppElement(typing.Active ? "composing" : "paused", XmppNames.ChatStates);
        if (typing.Reader is null)
        {
            if (!_occupants.ContainsKey(typing.ParticipantId)) // those of clients were reflected already
                ToAll(_stanzas.New("message", nick).Set("type", "groupchat").Add(state));
            return;
        }
        if (_occupants.GetValueOrDefault(typing.Reader) is not { IsInside: true } reader)
            return;
        foreach (var session in reader.Sessions)
            Send(_stanzas.New("message", nick).Set("type", "chat").Set("to", session.ToString()).Add(state).Add(new XmppElement("x", XmppNames.MucUser)));
    }

    private void ShowReceipt(ChatReceipt receipt)
    {
        if (receipt.Recipient is null || _occupants.GetValueOrDefault(receipt.Recipient) is not { IsInside: true } sender
            || sender.FindWire(receipt.MessageId) is not { } wireId)
            return;
        var mark = receipt.Kind switch
        {
            ReceiptKind.Delivered => new XmppElement("received", XmppNames.Receipts).Set("id", wireId),
            ReceiptKind.Displayed => new XmppElement("displayed", XmppNames.Markers).Set("id", wireId),
            _ => null,
        };
        var message = _stanzas.New("message", _nicks.Of(receipt.By)).Set("type", "chat").Add(new XmppElement("x", XmppNames.MucUser));
        message = mark is not null ? message.Set("id", Ids.New(Ids.Message, Now)).Add(mark)
            : message.Set("type", "error").Set("id", wireId).Add(StanzaErrors.Error(StanzaErrors.RecipientUnavailable));
        foreach (var session in sender.Sessions)
            Send(message.Copy().Set("to", session.ToString()));
    }
}
