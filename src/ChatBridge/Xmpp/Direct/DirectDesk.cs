using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>
/// Messages between XMPP users and addresses of other kinds, outside of rooms (section 11.5). An address is met as a user of the
/// component with its <c>@</c> escaped: <c>alice\40sip.example@conference.example.org</c> (XEP-0106), which no room can be called.
/// </summary>
internal sealed class DirectDesk(XmppSettings settings, XmppTools tools, Action<XmppElement> send, Func<bool> isUp) : IAddressDoor
{
    private const string At = "\\40";
    private const int MostRemembered = 2_000;

    private readonly ILogger _log = tools.Loggers.CreateLogger<DirectDesk>();
    private readonly RecentMap<string, DirectMessage> _outgoing = new(MostRemembered);
    private readonly RecentMap<(string Bare, string ClientId), Jid> _incoming = new(MostRemembered);
    private readonly RecentMap<string, Correspondent> _correspondents = new(MostRemembered);

    public string Wire => "xmpp";

    /// <summary>Whether somebody of another kind is meant, and no room.</summary>
    public static bool IsForAddress(Jid to) => to.Local.Contains(At, StringComparison.Ordinal);

    /// <summary>People of the domains that were named, and whoever has written from elsewhere lately.</summary>
    public bool MayReach(string address) => Owns(address) || _correspondents.TryGet(address, out _);

    public bool Owns(string address) => settings.UserDomains.Contains(AddressText.DomainOf(address), StringComparer.OrdinalIgnoreCase);

    public Task<DirectOutcome> DeliverAsync(DirectMessage message, CancellationToken stop)
    {
        if (!isUp())
            return Task.FromResult(new DirectOutcome(new Refusal(ErrorCodes.CalleeUnavailable, "The XMPP server is away."), message.Id));
        _outgoing.Put(message.Id, message);
        var stanza = New(message.From, message.To).Set("id", message.Id).Add(RoomStanzas.Word("body", message.Content));
        if (message.Wanted.Contains(ReceiptKind.Delivered))
            stanza.Add(new XmppElement("request", XmppNames.Receipts));
        if (message.Wanted.Contains(ReceiptKind.Displayed))
            stanza.Add(new XmppElement("markable", XmppNames.Markers));
        send(stanza.Add(new XmppElement("active", XmppNames.ChatStates)));
        return Task.FromResult(new DirectOutcome(null, message.Id));
    }

    public Task TellAsync(DirectNotice notice, CancellationToken stop)
    {
        var content = notice switch
        {
            DirectComposing composing => new XmppElement(composing.Active ? "composing" : "active", XmppNames.ChatStates),
            DirectReceipt { Kind: ReceiptKind.Delivered } receipt => new XmppElement("received", XmppNames.Receipts).Set("id", receipt.ClientId),
            DirectReceipt { Kind: ReceiptKind.Displayed } receipt => new XmppElement("displayed", XmppNames.Markers).Set("id", receipt.ClientId),
            DirectReceipt => StanzaErrors.Error(StanzaErrors.RecipientUnavailable),
            _ => null,
        };
        if (content is null)
            return Task.CompletedTask;
        var to = notice is DirectReceipt about && _incoming.TryGet((notice.To, about.ClientId), out var session) ? session.ToString() : notice.To;
        var stanza = New(notice.From, to).Add(content);
        if (notice is DirectReceipt { Kind: ReceiptKind.Failed } failed)
            stanza.Set("type", "error").Set("id", failed.ClientId);
        else
            stanza.Set("id", Ids.New(Ids.Message, tools.Clock.Now));
        send(stanza);
        return Task.CompletedTask;
    }

    /// <summary>Called on the link's threads; never waits.</summary>
    public void Take(RoomStanza asked)
    {
        var stanza = asked.Stanza;
        if (stanza.Name == "presence")
            return;
        if (stanza.Name != "message" || asked.To.Domain != settings.Domain || AddressOf(asked.To) is not { } address)
            Refuse(stanza, StanzaErrors.ServiceUnavailable);
        else if (stanza["type"] is "error")
            _ = TellBounceAsync(asked);
        else if (stanza["type"] is "groupchat" or "headline")
            Refuse(stanza, StanzaErrors.ServiceUnavailable);
        else if (_correspondents.GetOrAdd(asked.From.Bare.ToString(), () => new Correspondent()) is var who && !who.Allowance.TrySpend(tools.Clock.Now))
            Refuse(stanza, StanzaErrors.ResourceConstraint);
        else if (stanza.Elements.Any(child => child.Namespace is XmppNames.Carbons or XmppNames.Forwarding))
            return; // what others wrap is not theirs to say (attack TX-03)
        else
            who.Last = PassAsync(asked, address, who.Last);
    }

    /// <summary>Never fails: the next one waits for it.</summary>
    private async Task PassAsync(RoomStanza asked, string address, Task before)
    {
        await before.ConfigureAwait(false);
        try
        {
            if (tools.Post() is not { } post)
                Refuse(asked.Stanza, StanzaErrors.ServiceUnavailable);
            else if (MessageText.Of(asked.Stanza) is not { } body)
                await TellAsync(post, asked, address).ConfigureAwait(false);
            else if (MessageText.IsSealed(body, asked.Stanza))
                Refuse(asked.Stanza, StanzaErrors.NotAcceptable);
            else
                await SendAsync(post, asked, address, body).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whoever wrote hears of it
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.MessageFailed(_log, problem);
            Refuse(asked.Stanza, problem is TimeoutException ? StanzaErrors.RemoteServerTimeout : StanzaErrors.ServiceUnavailable);
        }
    }

    private async Task SendAsync(IDirectPost post, RoomStanza asked, string address, string body)
    {
        var (stanza, now, bare) = (asked.Stanza, tools.Clock.Now, asked.From.Bare.ToString());
        var clientId = stanza["id"] is { Length: > 0 and <= 255 } id ? id : Ids.Secret();
        _incoming.Put((bare, clientId), asked.From);
        var outcome = await post.SendAsync(
            new DirectMessage
            {
                Id = Ids.New(Ids.Message, now),
                From = bare,
                FromName = JidEscape.Unescape(asked.From.Local),
                To = address,
                Content = body,
                ClientId = clientId,
                SentAt = now,
                Via = Wire,
                Wanted = [.. Wanted(stanza)],
            },
            CancellationToken.None).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            Refuse(stanza, ConditionOf(refusal.Code), refusal.Detail);
    }

    private async Task TellAsync(IDirectPost post, RoomStanza asked, string address)
    {
        var bare = asked.From.Bare.ToString();
        if (ReceiptOf(asked.Stanza) is var (kind, id) && _outgoing.TryGet(id, out var message) && message.To == bare && message.From == address)
            await post.TellAsync(new DirectReceipt(bare, address, message.Id, message.ClientId, kind), CancellationToken.None).ConfigureAwait(false);
        else if (asked.Stanza.Elements.FirstOrDefault(child => child.Namespace == XmppNames.ChatStates)?.Name is { } state)
            await post.TellAsync(new DirectComposing(bare, address, state == "composing"), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A message of ours came back.</summary>
    private async Task TellBounceAsync(RoomStanza bounced)
    {
        if (bounced.Stanza["id"] is not { } id || !_outgoing.TryGet(id, out var message) || message.To != bounced.From.Bare.ToString() || tools.Post() is not { } post)
            return;
        try
        {
            await post.TellAsync(new DirectReceipt(message.To, message.From, message.Id, message.ClientId, ReceiptKind.Failed), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            Log.MessageFailed(_log, problem);
        }
    }

    private XmppElement New(string from, string to) => new XmppElement("message", XmppNames.Component)
        .Set("from", $"{JidEscape.Escape(from)}@{settings.Domain}").Set("to", to).Set("type", "chat");

    private void Refuse(XmppElement stanza, string condition, string? text = null)
    {
        if (StanzaErrors.MayAnswer(stanza))
            send(StanzaErrors.Answer(stanza, condition, text));
    }

    /// <returns><c>user@domain</c>; null when it is none.</returns>
    public static string? AddressOf(Jid to)
    {
        var address = JidEscape.Unescape(to.Local).ToLowerInvariant();
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < address.Length - 1 && address.LastIndexOf('@') == at ? address : null;
    }

    private static IEnumerable<ReceiptKind> Wanted(XmppElement stanza)
    {
        if (stanza.Child("request", XmppNames.Receipts) is not null)
            yield return ReceiptKind.Delivered;
        if (stanza.Child("markable", XmppNames.Markers) is not null)
            yield return ReceiptKind.Displayed;
    }

    private static (ReceiptKind Kind, string Id)? ReceiptOf(XmppElement stanza)
    {
        if (stanza.Child("received", XmppNames.Receipts)?["id"] is { } received)
            return (ReceiptKind.Delivered, received);
        return stanza.Child("displayed", XmppNames.Markers)?["id"] is { } displayed ? (ReceiptKind.Displayed, displayed) : null;
    }

    /// <summary>As RFC 7247 section 5.3 has the codes of SIP.</summary>
    public static string ConditionOf(string code) => code switch
    {
        ErrorCodes.AddressUnroutable => StanzaErrors.ItemNotFound,
        ErrorCodes.CalleeUnavailable or ErrorCodes.CalleeBusy => StanzaErrors.RecipientUnavailable,
        ErrorCodes.CalleeTimeout => StanzaErrors.RemoteServerTimeout,
        ErrorCodes.CalleeDeclined or ErrorCodes.CapabilityMissing or ErrorCodes.Banned => StanzaErrors.Forbidden,
        ErrorCodes.MediaIncompatible or ErrorCodes.ValidationFailed => StanzaErrors.NotAcceptable,
        ErrorCodes.RateLimited => StanzaErrors.ResourceConstraint,
        _ => StanzaErrors.ServiceUnavailable,
    };

    /// <summary>Somebody who writes: how much, and the last message that is on its way.</summary>
    private sealed class Correspondent
    {
        public Allowance Allowance { get; } = new(perSecond: 10, burst: 30);

        public Task Last { get; set; } = Task.CompletedTask;
    }
}
