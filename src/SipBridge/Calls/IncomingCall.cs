using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>A caller: which room, may they come in, what they hear on the way.</summary>
internal sealed partial class IncomingCall : RoomCall
{
    private readonly string _offer;
    private bool _isAnswered;

    public IncomingCall(FocusTools tools, SipCall call, string room, ReadOnlyMemory<byte> offer)
        : base(tools, room)
    {
        Call = call;
        _offer = Encoding.UTF8.GetString(offer.Span);
        Leg = new CallLeg(tools, room, Id)
        {
            SignallingSource = call.Flow.Remote.ToIPAddress().ToString(),
            IsSecureHop = call.Flow.Transport is SipTransport.Tls or SipTransport.Wss,
        };
    }

    /// <summary>As it is listed and told outside, once it has been answered: what was refused before is nobody's call.</summary>
    private async Task NoteAnsweredAsync(string sdp)
    {
        var asserted = AssertedIdentity();
        var caller = asserted ?? Call.Invite.From;
        var begun = new CallInfo
        {
            Id = Ids.New(Ids.Call, Tools.RoomClock.Now),
            Direction = CallDirection.In,
            State = CallState.Dialing,
            From = caller is null || DialPlan.IsAnonymous(Call.Invite, caller) ? "anonymous" : $"{caller.Uri.PlainUser}@{caller.Uri.Host}",
            To = Call.Invite.RequestUri,
            Room = RoomName,
            ParticipantId = Id,
            DisplayName = DialPlan.NameOf(Call.Invite, asserted),
            StartedAt = Tools.RoomClock.Now,
        };
        await NoteAsync(begun).ConfigureAwait(false);
        await NoteAsync(SdpGlance.Fill(begun, sdp) with
        {
            State = CallState.Answered,
            Transport = Call.Flow.Transport.Name().ToLowerInvariant(),
            AnsweredAt = Tools.RoomClock.Now,
        }).ConfigureAwait(false);
    }
}
