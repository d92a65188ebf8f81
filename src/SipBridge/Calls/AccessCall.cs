using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>A caller at a central access number: says by digits which room it wants, and goes there (rule 8.1 (3)).</summary>
internal sealed class AccessCall : RoomCall
{
    /// <summary>No room can be called that.</summary>
    private const string Nowhere = ".access";
    private const int Tries = 3;

    private readonly string _offer;

    public AccessCall(FocusTools tools, SipCall call, ReadOnlyMemory<byte> offer)
        : base(tools, Nowhere)
    {
        Call = call;
        _offer = Encoding.UTF8.GetString(offer.Span);
        Leg = new CallLeg(tools, Nowhere, Id)
        {
            SignallingSource = call.Flow.Remote.ToIPAddress().ToString(),
            IsSecureHop = call.Flow.Transport is SipTransport.Tls or SipTransport.Wss,
        };
    }

    protected override bool HasRoom => false;

    protected override async Task<bool> ComeInAsync()
    {
        var answer = await Leg.NegotiateAsync(_offer.Length == 0 ? null : _offer).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            await RejectAsync(error.Code == Sfu.MediaErrorCode.Overloaded ? 503 : 488, "Not Acceptable Here").ConfigureAwait(false);
            return false;
        }
        await PauseAsync(Tools.Settings.AnswerDelay).ConfigureAwait(false);
        await Tools.Endpoint.AskAsync((now, _) => Call.Answer(now, Bytes(answer.Sdp))).ConfigureAwait(false);
        Know(SdpGlance.Fill(Begun(), answer.Sdp));
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var digits = await CollectAsync(attempt == 1 ? ["enter-id"] : ["no-such-conference", "enter-id"]).ConfigureAwait(false);
            var finding = await Tools.Grains.GetGrain<IConferenceNumbersGrain>(0).Find(digits, Caller()).ConfigureAwait(false);
            if (finding.Room is { } room)
                await GoToRoomAsync(new TransferTarget(room, room, null)).ConfigureAwait(false);
            if (finding.Refusal is not null)
                break;
        }
        await SpeakAsync(["no-such-conference"]).ConfigureAwait(false);
        await HangUpAsync("Q.850;cause=21;text=\"no such conference\"", ErrorCodes.RoomNotFound).ConfigureAwait(false);
        return false;
    }

    /// <summary>Behind one peer are many callers: each pays for its own guesses, where the peer says who it is.</summary>
    private string Caller() => Tools.Settings.Trusts(Call.Flow) && Call.Invite.Address("P-Asserted-Identity") is { } asserted ? $"{Source} {asserted.Uri.AddressOfRecord}" : Source;

    private CallInfo Begun()
    {
        var caller = Call.Invite.Address("P-Asserted-Identity") is { } asserted && Tools.Settings.Trusts(Call.Flow) ? asserted : null;
        var shown = caller ?? Call.Invite.From;
        var now = Tools.RoomClock.Now;
        return new CallInfo
        {
            Id = Ids.New(Ids.Call, now),
            Direction = CallDirection.In,
            State = CallState.Answered,
            From = shown is null || DialPlan.IsAnonymous(Call.Invite, shown) ? "anonymous" : $"{shown.Uri.PlainUser}@{shown.Uri.Host}",
            To = Call.Invite.RequestUri,
            Room = "",
            ParticipantId = Id,
            DisplayName = DialPlan.NameOf(Call.Invite, caller),
            Transport = Call.Flow.Transport.Name().ToLowerInvariant(),
            StartedAt = now,
            AnsweredAt = now,
        };
    }
}
