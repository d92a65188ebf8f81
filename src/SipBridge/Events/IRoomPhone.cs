using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>A call of this node on its way into a room, or in it.</summary>
internal interface IRoomPhone
{
    /// <summary>Who it is in the room, once it is inside.</summary>
    string ParticipantId { get; }

    string RoomName { get; }

    /// <summary>The address of the account that made the call; null when none did.</summary>
    string? Account { get; }

    /// <summary>Null until there is one.</summary>
    SipCall? Call { get; }

    /// <summary>Something happened to it. Never waits.</summary>
    void Take(object happened);
}
