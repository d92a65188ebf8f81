using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using static Sylk.Conference.Protocols.ConferenceInfo.ConferenceWords;

namespace Sylk.Conference.Protocols.ConferenceInfo;

/// <summary>Reads the model out of a document. What is missing or strange has its default; nothing is an error.</summary>
internal static class ConferencePicture
{
    public static ConferenceState Of(XElement root)
    {
        var about = root.Element(Main + "conference-description");
        var live = root.Element(Main + "conference-state");
        return new ConferenceState(Attribute(root, "entity"))
        {
            DisplayText = Text(about, "display-text"),
            Subject = Text(about, "subject"),
            FreeText = Text(about, "free-text"),
            Uris = UrisOf(about, "conf-uris"),
            ServiceUris = UrisOf(about, "service-uris"),
            MaximumUserCount = Number(about, "maximum-user-count"),
            WebPage = Text(root.Element(Main + "host-info"), "web-page"),
            UserCount = Number(live, "user-count") ?? 0,
            IsActive = Text(live, "active") is "true" or "1",
            IsLocked = Text(live, "locked") is "true" or "1",
            Users = [.. Children(root.Element(Main + "users"), "user").Select(UserOf)],
        };
    }

    private static ConferenceUser UserOf(XElement user) => new(Attribute(user, "entity"))
    {
        DisplayText = Text(user, "display-text"),
        Nickname = user.Attribute(Extended + "nickname")?.Value ?? "",
        Roles = [.. Children(user.Element(Main + "roles"), "entry").Select(entry => entry.Value)],
        Endpoints = [.. Children(user, "endpoint").Select(EndpointOf)],
    };

    private static ConferenceEndpoint EndpointOf(XElement end) => new(Attribute(end, "entity"))
    {
        DisplayText = Text(end, "display-text"),
        Status = StatusOf(Text(end, "status")),
        Joining = JoiningOf(Text(end, "joining-method")),
        JoinedAt = DateTimeOffset.TryParse(
            Text(end.Element(Main + "joining-info"), "when"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
        Media = [.. Children(end, "media").Select(MediaOf)],
    };

    private static ConferenceMedia MediaOf(XElement media) => new(Attribute(media, "id"), Text(media, "type"), FlowOf(Text(media, "status")))
    {
        Label = Text(media, "label"),
        Source = uint.TryParse(Text(media, "src-id"), CultureInfo.InvariantCulture, out var source) ? source : null,
    };

    private static ImmutableArray<ConferenceUri> UrisOf(XElement? about, string name) =>
    [
        .. Children(about?.Element(Main + name), "entry")
            .Select(entry => new ConferenceUri(Text(entry, "uri"), Text(entry, "purpose"), Text(entry, "display-text"))),
    ];

    private static IEnumerable<XElement> Children(XElement? parent, string name) => parent?.Elements(Main + name) ?? [];

    private static string Text(XElement? parent, string name) => parent?.Element(Main + name)?.Value.Trim() ?? "";

    private static int? Number(XElement? parent, string name) =>
        int.TryParse(Text(parent, name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? "";
}
