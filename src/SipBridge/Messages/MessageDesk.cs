using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// MESSAGE outside of calls, to a room (rule SIP-MSGR-2): from who is inside, known by the From of a call from that host, by the word of a
/// named peer or by an account's password, it is a line of theirs; from others it is one where the room takes messages of guests. Everybody else hears 403, whatever
/// the room (attack TS-06).
/// </summary>
internal sealed class MessageDesk(FocusTools tools, OwnNames names, Func<IEnumerable<IRoomPhone>> phones, AddressDesk addresses)
{
    /// <summary>Under way at the same time; further ones are asked to come again.</summary>
    private const int Most = 200;

    private int _open;

    /// <summary>Whose account it was that proved itself with this request; null for none.</summary>
    public Func<SipMessage, PhoneAccount?> ProvedBy { get; init; } = _ => null;

    /// <summary>Called on the SIP loop.</summary>
    public void Take(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        var isPeer = tools.Settings.Trusts(asked.Flow) || ProvedBy(asked.Request) is not null;
        if (tools.IsLoop(asked.Request))
            agent.Respond(now, asked, 482);
        else if (!DialPlan.TryFindRoom(asked.Request.RequestUri, host => names.IsOurs(host, asked.Flow), out var room))
            TakeElsewhere(now, agent, asked, isPeer);
        else if (SenderOf(asked, isPeer) is not { } sender)
            agent.Respond(now, asked, 403);
        else if (PhoneOf(room, asked, sender.Uri, isPeer) is { } phone)
            phone.Take(new PhoneSays(asked));
        else if (_open >= Most)
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "5"));
        else
            _ = AnswerLaterAsync(asked, () => PostAsync(asked, room, sender, isPeer));
    }

    /// <summary>To others than rooms of ours named peers and accounts may write; from strangers nothing is relayed (attack TS-06).</summary>
    private void TakeElsewhere(Instant now, SipUserAgent agent, SipServerTransaction asked, bool isPeer)
    {
        if (!isPeer)
            agent.Respond(now, asked, 403);
        else if (!SipUri.TryParse(asked.Request.RequestUri, out var to) || names.IsOurs(to.Host, asked.Flow) || SenderOf(asked, isPeer) is not { } sender)
            agent.Respond(now, asked, 404);
        else if (_open >= Most)
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "5"));
        else
            _ = AnswerLaterAsync(asked, () => addresses.TakeAsync(asked, sender, to));
    }

    /// <summary>An account is itself, whatever From says; only named peers may say who writes (attack TS-14).</summary>
    private SipNameAddress? SenderOf(SipServerTransaction asked, bool isPeer)
    {
        var from = asked.Request.From;
        if (ProvedBy(asked.Request) is { } account)
            return SipNameAddress.Create(SipUri.Create(account.User, account.Domain), account.DisplayName.Length > 0 ? account.DisplayName : from?.DisplayName ?? "");
        return (isPeer ? asked.Request.Address("P-Asserted-Identity") : null) ?? from;
    }

    /// <summary>
    /// Their call into that room: of the account that proves to write; else who writes from another host than the call's is not believed,
    /// unless a named peer says so.
    /// </summary>
    private IRoomPhone? PhoneOf(string room, SipServerTransaction asked, SipUri sender, bool isPeer) => phones().FirstOrDefault(phone =>
        phone.RoomName == room && phone.Call is { State: SipCallState.Answered or SipCallState.Confirmed } call
        && (tools.Accounts.ProvedBy(asked.Request) is { } account
            ? account.Address == phone.Account
            : (call.Flow.IsSameHost(asked.Flow) || (isPeer && tools.Settings.Trusts(call.Flow))) && call.Dialog?.Remote.Uri.IsSame(sender) == true));

    private async Task AnswerLaterAsync(SipServerTransaction asked, Func<Task<int>> act)
    {
        Interlocked.Increment(ref _open);
        var status = 500;
        try
        {
            status = await act().ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            status = 503;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            await AnswerAsync(tools.Endpoint, asked, status).ConfigureAwait(false);
        }
    }

    private async Task<int> PostAsync(SipServerTransaction asked, string room, SipNameAddress sender, bool isPeer)
    {
        // Whether the room wants it comes first: what is wrong with the body is no stranger's to learn a room by.
        if ((await tools.Room(room).Lobby().ConfigureAwait(false)) is not { Exists: true, GuestMessages: true })
            return 403;
        var reading = PagerReader.Read(asked.Request, asked.Flow, tools.HopToken);
        if (reading.Text is not { } text)
            return reading.Status;
        var outcome = await tools.Room(room).PostChat(new PostChat
        {
            ParticipantId = "",
            MessageId = Ids.New(Ids.Message, tools.RoomClock.Now),
            ClientId = text.ClientId,
            Content = text.Content,
            Via = "sip",
            Guest = new GuestWriter(AddressOf(sender.Uri), DialPlan.NameOf(asked.Request, sender), isPeer, ParticipantKind.Sip),
        }).ConfigureAwait(false);
        return outcome.Refusal is { } refusal ? tools.Refusals(refusal.Code).Status : 202; // in the room's history; nobody need be there
    }

    private static string AddressOf(SipUri uri) => $"{uri.PlainUser}@{uri.Host}".ToLowerInvariant();

    /// <summary>A 415 says what would have been taken (RFC 3428 section 7).</summary>
    public static Task AnswerAsync(SipEndpoint endpoint, SipServerTransaction asked, int status) => endpoint.AskAsync((now, agent) =>
    {
        var answer = asked.Answer(status);
        agent.Respond(now, asked, status == 415 ? answer.Add(SipHeader.Accept, PagerReader.Accept) : answer);
        return true;
    });
}

/// <summary>A MESSAGE outside of a phone's call that is nevertheless that phone's.</summary>
internal sealed record PhoneSays(SipServerTransaction Asked);
