using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>The room's settings as a form (XEP-0004, XEP-0045 section 10). What cannot be changed here is shown, and taken without effect.</summary>
internal static class ConfigForm
{
    private const string Title = "muc#roomconfig_roomname";
    private const string Protected = "muc#roomconfig_passwordprotectedroom";
    private const string Password = "muc#roomconfig_roomsecret";

    public static XmppElement Of(RoomRules rules, bool isPermanent)
    {
        var isClosed = rules.Mode is AccessMode.Token or AccessMode.Invited;
        return new XmppElement("x", XmppNames.Forms).Set("type", "form").Add(new XmppElement("title", XmppNames.Forms).Say("Room settings"))
            .Add(Field("FORM_TYPE", "hidden", null, XmppNames.MucRoomConfig))
            .Add(Field(Title, "text-single", "Title", rules.Title))
            .Add(Field(Protected, "boolean", "A password is needed", Truth(rules.PasscodeSet)))
            .Add(Field(Password, "text-private", "Password", ""))
            .Add(Field("muc#roomconfig_membersonly", "boolean", "For invited people only", Truth(isClosed)))
            .Add(Field("muc#roomconfig_persistentroom", "boolean", "Stays when nobody is inside", Truth(isPermanent)))
            .Add(Field("muc#roomconfig_moderatedroom", "boolean", "Moderated", Truth(false)))
            .Add(Field("muc#roomconfig_publicroom", "boolean", "Listed", Truth(false)))
            .Add(Field("muc#roomconfig_whois", "text-single", "Who sees addresses", "moderators"));
    }

    /// <returns>The FORM_TYPE.</returns>
    public static string? TypeOf(XmppElement form) => ValueOf(form, "FORM_TYPE");

    public static XmppElement Field(string name, string? type, string? label, string value) =>
        new XmppElement("field", XmppNames.Forms).Set("var", name).Set("type", type).Set("label", label).Add(new XmppElement("value", XmppNames.Forms).Say(value));

    /// <returns>The order; null when nothing changes. The passcode is in clear: a door hashes it.</returns>
    public static (UpdateRoom? Order, string? Passcode) Read(XmppElement form, RoomRules rules, string by)
    {
        var title = ValueOf(form, Title);
        var (wanted, password) = (ValueOf(form, Protected), ValueOf(form, Password));
        var order = new UpdateRoom(by)
        {
            Title = title is not null && title != rules.Title ? title : null,
            PasscodeHash = wanted is "0" or "false" && rules.PasscodeSet ? "" : null,
        };
        var passcode = wanted is not ("0" or "false") && !string.IsNullOrEmpty(password) ? password : null;
        return order.Title is null && order.PasscodeHash is null && passcode is null ? (null, null) : (order, passcode);
    }

    private static string? ValueOf(XmppElement form, string name) =>
        form.Elements.FirstOrDefault(field => field.Name == "field" && field["var"] == name)?.Child("value")?.Text;

    private static string Truth(bool value) => value ? "1" : "0";
}
