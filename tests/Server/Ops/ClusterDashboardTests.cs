using System.Net;

namespace Sylk.Conference.Server.Tests;

/// <summary>The Orleans dashboard is for administrators.</summary>
public sealed class ClusterDashboardTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/DashboardCounters")]
    [InlineData("/ClusterStats")]
    public async Task Strangers_and_small_keys_see_nothing(string path)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Server.Http.GetAsync("/admin/orleans" + path)).StatusCode);
        using var reader = await ApiClient.CreateAsync(fixture.Server, "server:read");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Http.GetAsync("/admin/orleans" + path)).StatusCode);
    }

    [Fact]
    public async Task Administrators_see_the_page_and_its_numbers()
    {
        var page = await fixture.Api.Http.GetAsync("/admin/orleans/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<html", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        var counters = await fixture.Api.Http.GetAsync("/admin/orleans/DashboardCounters");
        Assert.Contains("totalActiveHostCount", await counters.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }
}
