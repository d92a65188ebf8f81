using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Msrp;
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
        var (to, status) = Judge(message);
        if (status != MsrpStatus.Ok)
            return status;
        if (IsType(message.ContentType, Composing.MediaType))
        {
            await ComposeAsync(message, to).ConfigureAwait(false);
            return MsrpStatus.Ok;
        }
        if (IsType(message.ContentType, "message/imdn+xml"))
            return MsrpStatus.Ok; // rooms do not forward them (section 10.7)
        return IsType(message.ContentType, "text/plain")
            ? await PostAsync(message, arrived.MessageId, to).ConfigureAwait(false)
            : MsrpStatus.TypeRefused;
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

    private async Task<int> PostAsync(CpimMessage message, string messageId, string? to)
    {
        var words = Plain(Encoding.UTF8.GetString(message.Content.Span));
        if (string.IsNullOrWhiteSpace(words))
            return MsrpStatus.Ok;
        if (words.StartsWith("?OTR", StringComparison.Ordinal))
        {
            Notice("This room cannot read encrypted messages: the last one was not passed on.");
            return MsrpStatus.TypeRefused;
        }
        StopTypingTimer();
        var outcome = await Room.PostChat(new PostChat
        {
            ParticipantId = Id,
            MessageId = Ids.New(Ids.Message, Now),
            ClientId = ClientIdOf(message[CpimHeader.Imdn, "Message-ID"] ?? messageId),
            Content = words,
            To = to,
            Via = "msrp",
        }).ConfigureAwait(false);
        return outcome.Refusal is null ? MsrpStatus.Ok : StatusOf(outcome.Refusal);
    }

    private static int StatusOf(Refusal refusal) => refusal.Code switch
    {
        ErrorCodes.ValidationFailed when refusal.Detail.StartsWith("to", StringComparison.Ordinal) => MsrpStatus.NoRecipient,
        ErrorCodes.ValidationFailed => MsrpStatus.Unintelligible,
        ErrorCodes.RateLimited => MsrpStatus.StopSending,
        _ => MsrpStatus.NotAllowed,
    };

    /// <summary>Line ends as everywhere in the room, without control characters, composed (section 12.3).</summary>
    private static string Plain(string words)
    {
        var lines = words.Replace("\r\n", "\n", StringComparison.Ordinal);
        return Normalization.Compose(string.Concat(lines.Where(c => !char.IsControl(c) || c is '\n' or '\t')));
    }

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
