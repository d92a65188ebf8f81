using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

public sealed partial class EnumerationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const int Each = 2_000;

    [Fact(DisplayName = "R-26 TW-11 Unknown and forbidden rooms answer the same, in the same time")]
    public async Task Unknown_and_forbidden_look_alike()
    {
        using var nobody = await ApiClient.CreateAsync(fixture.Server, "messages:write");
        await fixture.Api.PostAsync("/rooms", new { name = "hidden-0001" });
        var (known, unknown) = (new List<TimeSpan>(), new List<TimeSpan>());
        var bodies = new HashSet<string>();
        for (var i = -100; i < Each; i++)
        {
            foreach (var (name, times) in new[] { ("hidden-0001", known), ("hidden-9999", unknown) })
            {
                var since = TimeProvider.System.GetTimestamp();
                using var reply = await nobody.GetAsync($"/rooms/{name}");
                var body = await reply.Content.ReadAsStringAsync();
                if (i < 0)
                    continue;
                times.Add(TimeProvider.System.GetElapsedTime(since));
                bodies.Add($"{(int)reply.StatusCode} {Masked().Replace(body, "#").Replace(name, "NAME", StringComparison.Ordinal)}");
            }
        }
        Assert.Single(bodies);
        var (a, b) = (Median(known), Median(unknown));
        Assert.True((a - b).Duration() <= Longer(TimeSpan.FromMilliseconds(1), a * 0.05), $"{a.TotalMilliseconds} ms and {b.TotalMilliseconds} ms");
    }

    [Fact(DisplayName = "R-26 Unknown and wrong keys answer the same, in the same time")]
    public async Task Unknown_and_wrong_keys_look_alike()
    {
        var right = fixture.Api.Key.Key;
        string[] texts = [right.Text(Auth.ApiKey.NewSecret()), (right with { Id = "key_01ARZ3NDEKTSV4RRFFQ69G5FAV" }).Text(Auth.ApiKey.NewSecret())];
        var times = texts.Select(_ => new List<TimeSpan>()).ToArray();
        var bodies = new HashSet<string>();
        for (var i = -100; i < Each; i++)
        {
            for (var which = 0; which < texts.Length; which++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/server");
                request.Headers.Authorization = new("Bearer", texts[which]);
                var since = TimeProvider.System.GetTimestamp();
                using var reply = await fixture.Server.Http.SendAsync(request);
                var body = await reply.Content.ReadAsStringAsync();
                if (i < 0)
                    continue;
                times[which].Add(TimeProvider.System.GetElapsedTime(since));
                bodies.Add(Masked().Replace(body, "#"));
            }
        }
        Assert.Single(bodies);
        Assert.True((Median(times[0]) - Median(times[1])).Duration() <= Longer(TimeSpan.FromMilliseconds(1), Median(times[0]) * 0.05));
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [GeneratedRegex("[0-9a-f]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex Masked();
}
