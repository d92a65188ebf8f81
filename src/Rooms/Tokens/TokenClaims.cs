using System.Collections.Immutable;
using System.Text.Json;

namespace Sylk.Conference.Rooms;

/// <summary>From claims to what they grant (product §9).</summary>
internal static class TokenClaims
{
    private const int LongestIdentity = 256;

    /// <returns>Null when a claim is not what it should be.</returns>
    public static JoinGrant? Read(JsonElement claims, string room, DateTimeOffset issuedAt, DateTimeOffset expiry, IRoomConfigClaim configs)
    {
        var identity = TokenText.Text(claims, "sub");
        if (identity is not { Length: > 0 and <= LongestIdentity } || People.CleanName(identity[..Math.Min(64, identity.Length)]) is null)
            return null;
        if (!TryRole(claims, out var role) || !TryCaps(claims, out var caps) || !TryAttributes(claims, out var attributes))
            return null;
        var name = Has(claims, "name") ? People.CleanName(TokenText.Text(claims, "name") ?? "\0") : "";
        if (name is null || !TryConfig(claims, room, configs, out var config))
            return null;
        return new(identity, name.Length == 0 ? null : name, role, caps, attributes, issuedAt, expiry, config);
    }

    public static bool TryCap(string? text, out Caps cap)
    {
        cap = Caps.None;
        return text is { Length: > 0 } && char.IsAsciiLetterLower(text[0]) && Enum.TryParse(text, ignoreCase: true, out cap)
            && JsonNamingPolicy.CamelCase.ConvertName(cap.ToString()) == text && cap != Caps.None;
    }

    private static bool Has(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static bool TryRole(JsonElement claims, out ParticipantRole? role)
    {
        role = null;
        if (!Has(claims, "role"))
            return true;
        role = TokenText.Text(claims, "role") switch
        {
            "moderator" => ParticipantRole.Moderator,
            "member" => ParticipantRole.Member,
            "listener" => ParticipantRole.Listener,
            _ => null,
        };
        return role is not null;
    }

    private static bool TryCaps(JsonElement claims, out Caps? caps)
    {
        caps = null;
        if (!Has(claims, "caps"))
            return true;
        if (claims.GetProperty("caps") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > 32)
            return false;
        var all = Caps.None;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !TryCap(item.GetString(), out var cap))
                return false;
            all |= cap;
        }
        caps = all;
        return true;
    }

    private static bool TryAttributes(JsonElement claims, out ImmutableSortedDictionary<string, string> attributes)
    {
        attributes = ImmutableSortedDictionary<string, string>.Empty;
        if (!Has(claims, "attributes"))
            return true;
        if (claims.GetProperty("attributes") is not { ValueKind: JsonValueKind.Object } members)
            return false;
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in members.EnumerateObject().Take(100))
        {
            if (TokenText.Text(members, member.Name) is not { } value)
                return false;
            all[member.Name] = value;
        }
        attributes = all.ToImmutable();
        return People.AreAttributes(attributes);
    }

    private static bool TryConfig(JsonElement claims, string room, IRoomConfigClaim configs, out RoomConfig? config)
    {
        config = Has(claims, "roomConfig") ? configs.Read(claims.GetProperty("roomConfig"), room) : null;
        return config is not null || !Has(claims, "roomConfig");
    }
}
