using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <content>What they say to the room (rules MSRP-C-1 to C-5), each answered with a status of table 10.3.</content>
internal sealed partial class RoomLeg
{
    private const int MostClientId = 64;
    private ITimer? _typing;
    private string? _typingTo;

    private async Task<int> HearAsync(MsrpMessageArrived arrived)
    {
        if (!_isLive)
            return MsrpStatus.NotAllowed;
        if (!IsType(arrived.ContentType, CpimMessage.MediaType))
            return MsrpStatus.TypeRefused;
        if (!CpimMessage.TryRead(arrived.Content, out var message, out var fault))
            return fault == CpimFault.Required ? MsrpStatus.TypeRefused : MsrpStatus.Unintelligible;
        if (message.HasComeRound(Tools.Settings.OriginToken))
        {
            Log.MsrpCameRound(Tools.Log, Id, Offer.Room);
            return MsrpStatus.NotAllowed;
        }
        var (to, status) = Judge(message);
        if (status != MsrpStatus.Ok)
            return status;
        return SipContentType.TryParse(message.ContentType, out var type)
            ? await TakeAsync(message, type, arrived.MessageId, to).ConfigureAwait(false)
            : MsrpStatus.Unintelligible;
    }

    private async Task<int> TakeAsync(CpimMessage message, SipContentType type, string messageId, string? to)
    {
        switch (type.Name)
        {
            case Composing.MediaType:
                await ComposeAsync(message, to).ConfigureAwait(false);
                return MsrpStatus.Ok;
            case ImdnReport.MediaType:
                await AcknowledgeAsync(message).ConfigureAwait(false);
                return MsrpStatus.Ok;
            case "text/plain" or "text/markdown" or "text/html":
                return await PostAsync(message, type, messageId, to).ConfigureAwait(false);
            case "image/jpeg" or "image/png" or "image/gif":
                return to is null ? await ShowAsync(message, type, messageId).ConfigureAwait(false) : MsrpStatus.TypeRefused;
            case var _ when type.IsMultipart:
                return await TakePartsAsync(message, type, messageId, to).ConfigureAwait(false);
            default:
                return MsrpStatus.TypeRefused;
        }
    }

    /// <summary>From must be them (attack TM-05), To the room or one person in it.</summary>
    private (string? To, int Status) Judge(CpimMessage message)
    {
        if (message.From is not { } from || !IsMe(from.Uri))
            return (null, MsrpStatus.NotAllowed);
        var to = message.To.Take(2).ToArray();
        if (to.Length != 1)
            return (null, MsrpStatus.NotAllowed);
        if (RoomAddresses.AreSame(to[0].Uri, _addresses.Room.Uri))
            return (null, MsrpStatus.Ok);
        if (_people.Values.FirstOrDefault(one => one.Id != Id && Is(one, to[0].Uri)) is not { } reader)
            return (null, MsrpStatus.NoRecipient);
        return FindLeg(reader.Id) is { Media.HasPrivateMessages: false } ? (null, MsrpStatus.NoPrivateMessages) : (reader.Id, MsrpStatus.Ok);
    }

    private bool IsMe(string uri) => RoomAddresses.AreSame(uri, Offer.Uri) || (_people.TryGetValue(Id, out var me) && Is(me, uri));

    private bool Is(ParticipantInfo one, string uri) =>
        RoomAddresses.AreSame(uri, _addresses.Of(one).Uri) || (FindLeg(one.Id) is { } leg && RoomAddresses.AreSame(uri, leg.Offer.Uri));

    private async Task<int> PostAsync(CpimMessage message, SipContentType type, string messageId, string? to)
    {
        if (ContentOf(message) is not { } content)
            return MsrpStatus.TypeRefused;
        var words = ChatContent.Read(content.Span, type);
        if (words.Refusal is { Code: ErrorCodes.FileTypeRefused })
        {
            Notice("This room cannot read encrypted messages: the last one was not passed on.");
            return MsrpStatus.TypeRefused;
        }
        if (words.Refusal is not null)
            return MsrpStatus.StopSending;
        if (words.IsEmpty)
            return MsrpStatus.Ok;
        StopTypingTimer();
        var outcome = await Room.PostChat(new PostChat
        {
            ParticipantId = Id,
            MessageId = Ids.New(Ids.Message, Now),
            ClientId = ClientIdOf(message[CpimHeader.Imdn, "Message-ID"] ?? messageId),
            Content = words.Content.TrimEnd('\n'),
            ContentType = words.ContentType,
            To = to,
            Via = "msrp",
        }).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            return StatusOf(refusal);
        if (outcome.Message is { } line && ImdnRequest.Of(message) is { } asks)
            Report(asks, message, line);
        return MsrpStatus.Ok;
    }

    private static int StatusOf(Refusal refusal) => refusal.Code switch
    {
        ErrorCodes.ValidationFailed when refusal.Detail.StartsWith("to", StringComparison.Ordinal) => MsrpStatus.NoRecipient,
        ErrorCodes.ValidationFailed => MsrpStatus.Unintelligible,
        ErrorCodes.RateLimited => MsrpStatus.StopSending,
        _ => MsrpStatus.NotAllowed,
    };

    /// <summary>The room's ids have fewer characters than others' have.</summary>
    private static string ClientIdOf(string id) =>
        id.Length is > 0 and <= MostClientId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':') ? id : Ids.Fingerprint(id);

    private async Task<int> NameAsync(string nickname)
    {
        if (!_isLive)
            return MsrpStatus.NotAllowed;
        var refusal = await Room.Do(new ClaimNick(Id, nickname.Length == 0 ? _ownName : nickname)).ConfigureAwait(false);
        return refusal?.Code switch
        {
            null => MsrpStatus.Ok,
            ErrorCodes.NicknameInUse => MsrpStatus.NicknameTaken,
            ErrorCodes.ValidationFailed => MsrpStatus.BadNickname,
            _ => MsrpStatus.NotAllowed,
        };
    }

    /// <summary>Whoever says they write is believed for as long as they say (RFC 3994 section 3.2).</summary>
    private async Task ComposeAsync(CpimMessage message, string? to)
    {
        if (Composing.Read(message.Content) is not { } composing)
            return;
        StopTypingTimer();
        await TypeAsync(composing.Active, to).ConfigureAwait(false);
        if (!composing.Active)
            return;
        _typingTo = to;
        _typing = Tools.Parts.Clock.Time.CreateTimer(_ => _ = TakeAsync(new StoppedTyping()).AsTask(), null, composing.Lasts, Timeout.InfiniteTimeSpan);
    }

    private async Task TypeAsync(bool active, string? to) => await Room.Do(new SetTyping(Id, active, to)).ConfigureAwait(false);

    private void StopTypingTimer()
    {
        _typing?.Dispose();
        _typing = null;
    }

    private static bool IsType(string given, string wanted)
    {
        var semicolon = given.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? given : given[..semicolon]).Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
