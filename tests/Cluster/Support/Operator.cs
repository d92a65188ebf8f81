using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>What the person does who runs the nodes.</summary>
internal static class Operator
{
    /// <summary>Makes the first key, as the person would who has just started the server.</summary>
    public static async Task AdministerAsync(this Node node)
    {
        var code = await node.CodeAsync();
        using var answer = await node.Http.PostAsJsonAsync(new Uri("/api/v1/bootstrap", UriKind.Relative), new { code });
        var key = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString();
        node.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Out of the link that the node prints.</summary>
    public static async Task<string> CodeAsync(this Node node)
    {
        await Eventually.TrueAsync(() => node.Log.Contains("#bootstrap=", StringComparison.Ordinal), () => node.Log);
        return node.Log.Split("#bootstrap=")[1][..32];
    }

    public static async Task OrderAsync(this Node node, string path)
    {
        using var answer = await node.Http.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<List<(string Id, string State, int Rooms)>> ListAsync(this Node node) =>
        [.. (await node.GetAsync("/api/v1/server/nodes")).GetProperty("items").EnumerateArray().Select(one => (
            one.GetProperty("id").GetString()!, one.GetProperty("state").GetString()!, one.GetProperty("rooms").GetInt32()))];
}
