using System.Text.Json.Nodes;

namespace Sylk.Conference.Server.Api;

/// <summary>RFC 7396.</summary>
internal static class MergePatch
{
    /// <summary>Changes <paramref name="target"/>: objects are merged, null removes, everything else replaces.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject change)
                target[name] = Apply(target[name] is JsonObject old ? (JsonObject)old.DeepClone() : [], change);
            else
                target[name] = value.DeepClone();
        }
        return target;
    }
}
