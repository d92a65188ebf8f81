using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>What the room's refusals are in XMPP (rule MUC-1).</summary>
internal static class MucErrors
{
    public static string ConditionOf(string code) => code switch
    {
        ErrorCodes.Banned or ErrorCodes.CapabilityMissing => StanzaErrors.Forbidden,
        ErrorCodes.PasscodeRequired or ErrorCodes.PasscodeInvalid => StanzaErrors.NotAuthorized,
        ErrorCodes.TokenRequired or ErrorCodes.TokenInvalid or ErrorCodes.TokenExpired or ErrorCodes.GuestForbidden or ErrorCodes.WaitingDenied =>
            StanzaErrors.RegistrationRequired,
        ErrorCodes.RoomNotFound or ErrorCodes.RoomNotOpen or ErrorCodes.RoomEnded or ErrorCodes.RoomLocked => StanzaErrors.ItemNotFound,
        ErrorCodes.NicknameInUse or ErrorCodes.IdentityInUse => StanzaErrors.Conflict,
        ErrorCodes.RateLimited => StanzaErrors.ResourceConstraint,
        ErrorCodes.ValidationFailed => StanzaErrors.NotAcceptable,
        _ => StanzaErrors.ServiceUnavailable,
    };

    public static XmppElement Answer(XmppElement stanza, Refusal refusal) => StanzaErrors.Answer(stanza, ConditionOf(refusal.Code), refusal.Detail);

    /// <summary>Clients know an answer to a join by the element they sent (rule MUC-1).</summary>
    public static XmppElement WithMuc(XmppElement error)
    {
        var answer = new XmppElement(error.Name, error.Namespace);
        foreach (var attribute in error.Attributes)
            answer.Set(attribute.Name, attribute.Value);
        return answer.Add(new XmppElement("x", XmppNames.Muc)).Add(error.Elements);
    }
}
