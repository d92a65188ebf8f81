using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <content>The call as others on this node may know it.</content>
internal sealed partial class IncomingCall : IRoomPhone
{
    string IRoomPhone.ParticipantId => _id;

    string IRoomPhone.RoomName => _room;

    SipCall? IRoomPhone.Call => _call;
}
