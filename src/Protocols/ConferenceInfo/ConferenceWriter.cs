using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using static Sylk.Conference.Protocols.ConferenceInfo.ConferenceWords;

namespace Sylk.Conference.Protocols.ConferenceInfo;

/// <summary>
/// Writes documents of the conference event package (RFC 4575 section 4). Versions are the caller's: 1 for the first document of a
/// subscription, one more for each further one.
/// </summary>
public static class ConferenceWriter
{
    /// <summary>Above this part of the full document's bytes a partial one is not worth its while (rule SIP-CONF-5).</summary>
    private const double WorthIt = 0.6;

    /// <summary>The whole state.</summary>
    public static byte[] Full(ConferenceState state, uint version) =>
        Markup.Print(Root(state, version, Whole, [.. SectionsOf(state), Users(Whole, state.Users.Select(UserOf))], state.Users));

    /// <summary>
    /// What has changed, or the whole state when that is hardly longer; null when nothing has. Elements that carry no state attribute
    /// are sent whole, gone users and endpoints as deleted (section 4.4).
    /// </summary>
    public static byte[]? Partial(ConferenceState before, ConferenceState after, uint version)
    {
        var changed = SectionsOf(after).Zip(SectionsOf(before)).Where(pair => !XNode.DeepEquals(pair.First, pair.Second)).Select(pair => pair.First);
        List<XElement> parts = [.. changed];
        List<XElement> users = [.. ChangedUsers(before.Users, after.Users)];
        if (users.Count > 0)
        {
            parts.Add(Users(Part, users));
        }

        if (parts.Count == 0)
        {
            return null;
        }

        var partial = Markup.Print(Root(after, version, Part, parts, after.Users));
        var full = Full(after, version);
        return partial.Length > WorthIt * full.Length ? full : partial;
    }

    /// <summary>
    /// For subscribers that only datagrams reach (rule SIP-CONF-6): everything about the conference, but of its users only some. Marked
    /// as partial, for it is not all; the user count is.
    /// </summary>
    public static byte[] Capped(ConferenceState state, uint version, IReadOnlySet<string> shown)
    {
        var users = state.Users.Where(user => shown.Contains(user.Entity)).ToImmutableArray();
        return Markup.Print(Root(state, version, Part, [.. SectionsOf(state), Users(Part, users.Select(UserOf))], users));
    }

    private static XElement Root(ConferenceState state, uint version, string kind, IEnumerable<XElement> parts, ImmutableArray<ConferenceUser> users)
    {
        var root = new XElement(
            Main + "conference-info", new XAttribute("entity", Clean(state.Entity)), new XAttribute(State, kind),
            new XAttribute("version", version.ToString(CultureInfo.InvariantCulture)));
        if (users.Any(user => user.Nickname.Length > 0))
        {
            root.Add(new XAttribute(XNamespace.Xmlns + "xcon", Extended.NamespaceName));
        }

        root.Add(parts.Where(part => part.HasElements || part.Attribute(State) is not null));
        return root;
    }

    private static XElement Users(string kind, IEnumerable<XElement> users) => new(Main + "users", new XAttribute(State, kind), users);

    /// <summary>Always the same ones in the same order; those without content are not written.</summary>
    private static XElement[] SectionsOf(ConferenceState state) =>
    [
        new(
            Main + "conference-description", Text("display-text", state.DisplayText), Text("subject", state.Subject), Text("free-text", state.FreeText),
            Uris("conf-uris", state.Uris), Uris("service-uris", state.ServiceUris), Number("maximum-user-count", state.MaximumUserCount)),
        new(Main + "host-info", Text("web-page", state.WebPage)),
        new(Main + "conference-state", Number("user-count", state.UserCount), Flag("active", state.IsActive), Flag("locked", state.IsLocked)),
    ];

    private static IEnumerable<XElement> ChangedUsers(ImmutableArray<ConferenceUser> before, ImmutableArray<ConferenceUser> after)
    {
        var former = before.ToDictionary(user => user.Entity, StringComparer.Ordinal);
        foreach (var user in after)
        {
            if (!former.Remove(user.Entity, out var was))
            {
                yield return UserOf(user);
            }
            else if (!ReferenceEquals(was, user) && ChangeOf(was, user) is { } change)
            {
                yield return change;
            }
        }

        foreach (var gone in former.Keys)
        {
            yield return Gone("user", gone);
        }
    }

    /// <summary>Endpoints alone where nothing else changed and some stayed as they were.</summary>
    private static XElement? ChangeOf(ConferenceUser before, ConferenceUser after)
    {
        var (was, now) = (UserOf(before), UserOf(after));
        if (XNode.DeepEquals(was, now))
        {
            return null;
        }

        var (bare, formerly) = (UserOf(after with { Endpoints = [] }), UserOf(before with { Endpoints = [] }));
        var kept = now.Elements(Main + "endpoint").Where(end => was.Elements().Any(old => XNode.DeepEquals(old, end))).ToList();
        if (kept.Count == 0 || !XNode.DeepEquals(bare, formerly))
        {
            return now;
        }

        var entities = after.Endpoints.Select(end => end.Entity).ToHashSet(StringComparer.Ordinal);
        return new XElement(
            Main + "user", new XAttribute("entity", Clean(after.Entity)), new XAttribute(State, Part),
            now.Elements(Main + "endpoint").Except(kept),
            before.Endpoints.Where(end => !entities.Contains(end.Entity)).Select(end => Gone("endpoint", end.Entity)));
    }

    private static XElement Gone(string name, string entity) =>
        new(Main + name, new XAttribute("entity", Clean(entity)), new XAttribute(State, Deleted));

    private static XElement UserOf(ConferenceUser user) => new(
        Main + "user", new XAttribute("entity", Clean(user.Entity)), new XAttribute(State, Whole),
        user.Nickname.Length > 0 ? new XAttribute(Extended + "nickname", Clean(user.Nickname)) : null,
        Text("display-text", user.DisplayText),
        user.Roles.IsEmpty ? null : new XElement(Main + "roles", user.Roles.Select(role => Text("entry", role))),
        user.Endpoints.Select(EndpointOf));

    private static XElement EndpointOf(ConferenceEndpoint end) => new(
        Main + "endpoint", new XAttribute("entity", Clean(end.Entity)), new XAttribute(State, Whole),
        Text("display-text", end.DisplayText), Text("status", Of(end.Status)), Text("joining-method", Of(end.Joining)),
        end.JoinedAt is { } at ? new XElement(Main + "joining-info", Text("when", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))) : null,
        end.Media.Select(MediaOf));

    private static XElement MediaOf(ConferenceMedia media) => new(
        Main + "media", new XAttribute("id", Clean(media.Id)), Text("type", media.Type), Text("label", media.Label),
        media.Source is { } source ? Text("src-id", source.ToString(CultureInfo.InvariantCulture)) : null, Text("status", Of(media.Flow)));

    private static XElement? Uris(string name, ImmutableArray<ConferenceUri> uris) => uris.IsEmpty ? null : new XElement(
        Main + name,
        uris.Select(uri => new XElement(Main + "entry", Text("uri", uri.Uri), Text("display-text", uri.DisplayText), Text("purpose", uri.Purpose))));

    private static XElement? Text(string name, string text) => text.Length == 0 ? null : new XElement(Main + name, Clean(text));

    private static XElement? Number(string name, int? number) => number is { } value ? Text(name, value.ToString(CultureInfo.InvariantCulture)) : null;

    private static XElement? Flag(string name, bool value) => Text(name, value ? "true" : "false");
}
