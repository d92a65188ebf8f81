using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Phones;

/// <summary>A trunk as it is kept.</summary>
/// <param name="Id"><c>st_…</c></param>
internal sealed record StoredTrunk(string Id, SipTrunk Trunk, long Revision)
{
    public const string Prefix = "st_";

    /// <returns>Null when it is damaged.</returns>
    public static StoredTrunk? Read(PhoneItem item)
    {
        try
        {
            return JsonSerializer.Deserialize<Shape>(item.Value, Wire.Json) is { Name.Length: > 0 } kept && SipUri.TryParse(kept.Uri, out var uri)
                ? new(item.Id, kept.AsTrunk(uri), item.Revision)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public PhoneItem Write() => new(PhoneItemKind.Trunk, Id, JsonSerializer.Serialize(Shape.Of(Trunk), Wire.Json), Revision);

    private sealed record Shape(
        string Name, string Uri, string? Realm, string? User, string? Password, bool Register, string? CallerId, LegEncryption? Encryption, int QualifyMs,
        string[]? Peers)
    {
        public static Shape Of(SipTrunk trunk) => new(
            trunk.Name, trunk.Uri.ToString(), trunk.Realm, trunk.User, trunk.Password, trunk.Register, trunk.CallerId, trunk.Encryption,
            (int)trunk.Qualify.TotalMilliseconds, [.. trunk.Peers.Select(network => network.ToString())]);

        public SipTrunk AsTrunk(SipUri uri) => new(Name, uri)
        {
            Realm = Realm ?? "",
            User = User ?? "",
            Password = Password ?? "",
            Register = Register,
            CallerId = CallerId ?? "",
            Encryption = Encryption,
            Qualify = TimeSpan.FromMilliseconds(QualifyMs),
            Peers = [.. (Peers ?? []).Where(text => IPNetwork.TryParse(text, out _)).Select(text => IPNetwork.Parse(text))],
        };
    }
}

/// <summary>A route as it is kept.</summary>
/// <param name="Order">The lowest comes first.</param>
internal sealed record StoredRoute(int Order, PhoneRoute Route, long Revision)
{
    public const string Prefix = "sr_";

    /// <returns>Null when it is damaged.</returns>
    public static StoredRoute? Read(PhoneItem item)
    {
        try
        {
            return JsonSerializer.Deserialize<Shape>(item.Value, Wire.Json) is { Route: { } route } kept ? new(kept.Order, route with { Id = item.Id }, item.Revision) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public PhoneItem Write() => new(PhoneItemKind.Route, Route.Id, JsonSerializer.Serialize(new Shape(Order, Route), Wire.Json), Revision);

    public static ImmutableArray<StoredRoute> Sorted(IEnumerable<StoredRoute> routes) =>
        [.. routes.OrderBy(route => route.Order).ThenBy(route => route.Route.Id, StringComparer.Ordinal)];

    private sealed record Shape(int Order, PhoneRoute? Route);
}
