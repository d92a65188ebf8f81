using System.Net;

namespace Sylk.Conference.Server.Tests;

public sealed class OriginTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory(DisplayName = "TW-01 Only our own and listed origins may open the hub")]
    [InlineData("SELF", true)]
    [InlineData(null, true)]
    [InlineData("https://friends.example.org", true)]
    [InlineData("HTTPS://FRIENDS.EXAMPLE.ORG", true)]
    [InlineData("https://friends.example.org:444", false)]
    [InlineData("https://friends.example.org.evil.example", false)]
    [InlineData("http://127.0.0.1:1", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    public async Task Only_known_origins_may_open_the_hub(string? origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hubs/room/negotiate?negotiateVersion=1");
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin == "SELF" ? fixture.Server.Address.ToString().TrimEnd('/') : origin);
        var reply = await fixture.Server.Http.SendAsync(request);
        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, reply.StatusCode);
    }
}
