using System.Net;
using System.Text.Json;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Tests;

public sealed class ProblemPagesTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient _http = fixture.Server.Http;

    [Fact]
    public async Task The_type_of_a_problem_leads_to_its_page()
    {
        var problem = JsonElement.Parse(await (await _http.GetAsync("/api/v1/nowhere")).Content.ReadAsStringAsync());
        var page = await _http.GetStringAsync(new Uri(problem.GetProperty("type").GetString()!));
        Assert.Contains("room_not_found", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_code_has_a_page_and_the_list_leads_there()
    {
        var list = await _http.GetStringAsync("/docs/problems");
        foreach (var entry in ErrorRegistry.All)
        {
            Assert.Contains($"/docs/problems/{entry.Slug}\"", list, StringComparison.Ordinal);
            var page = await _http.GetStringAsync($"/docs/problems/{entry.Slug}");
            Assert.Contains($"<code>{entry.Code}</code>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("`", page, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/docs/problems/made-up")).StatusCode);
    }
}
