using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Caps by their names on the wire (product §9).</summary>
internal static class CapNames
{
    private static readonly Dictionary<string, Caps> ByName = Enum.GetValues<Caps>().Where(cap => cap is not (Caps.None or Caps.Hidden))
        .ToDictionary(cap => JsonNamingPolicy.CamelCase.ConvertName(cap.ToString()), StringComparer.Ordinal);

    public static string All { get; } = string.Join(", ", ByName.Keys);

    /// <returns>False when one of them is no name of a cap that can be given.</returns>
    public static bool TryRead(IEnumerable<string> names, out Caps caps)
    {
        caps = Caps.None;
        foreach (var name in names)
        {
            if (name is null || !ByName.TryGetValue(name, out var cap))
                return false;
            caps |= cap;
        }
        return true;
    }
}
