using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

public sealed class DataTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Data_reaches_everybody_else_with_its_sender(bool reliable)
    {
        await using var alice = await HubClient.JoinAsync(_server, $"d-all-{reliable}");
        await using var bob = await HubClient.JoinAsync(_server, $"d-all-{reliable}");
        await using var carol = await HubClient.JoinAsync(_server, $"d-all-{reliable}");
        HubClient.Value(await alice.CallAsync("SendData", new { topic = "cursor", payload = "AQID", reliable }));
        foreach (var other in new[] { bob, carol })
        {
            var data = await other.NextAsync("Data");
            Assert.Equal(("cursor", "AQID", alice.Id), (Text(data, "topic"), Text(data, "payload"), Text(data, "from")));
            Assert.Equal(3, data.GetProperty("rev").GetInt64());
        }
    }

    [Fact]
    public async Task Data_for_some_reaches_only_them()
    {
        await using var alice = await HubClient.JoinAsync(_server, "d-some");
        await using var bob = await HubClient.JoinAsync(_server, "d-some");
        await using var carol = await HubClient.JoinAsync(_server, "d-some");
        HubClient.Value(await alice.CallAsync("SendData", new { topic = "one", payload = "", to = new[] { bob.Id }, reliable = true }));
        HubClient.Value(await alice.CallAsync("SendData", new { topic = "all", payload = "", reliable = true }));
        Assert.Equal("one", Text(await bob.NextAsync("Data"), "topic"));
        Assert.Equal("all", Text(await carol.NextAsync("Data"), "topic"));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("SendData", new { topic = "x", payload = "", to = new[] { "pt_gone" } })));
    }

    [Fact]
    public async Task Fifteen_kibibytes_pass_and_one_byte_more_does_not()
    {
        await using var alice = await HubClient.JoinAsync(_server, "d-size");
        await using var bob = await HubClient.JoinAsync(_server, "d-size");
        var longest = Convert.ToBase64String(new byte[15 * 1024]);
        HubClient.Value(await alice.CallAsync("SendData", new { topic = "big", payload = longest, reliable = true }));
        Assert.Equal(longest, Text(await bob.NextAsync("Data"), "payload"));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync(
            "SendData", new { topic = "big", payload = Convert.ToBase64String(new byte[(15 * 1024) + 1]) })));
    }

    [Theory]
    [InlineData("""{ "payload": "AQID" }""")]
    [InlineData("""{ "topic": "", "payload": "AQID" }""")]
    [InlineData("""{ "topic": "a\u0007b", "payload": "AQID" }""")]
    [InlineData("""{ "topic": "x" }""")]
    [InlineData("""{ "topic": "x", "payload": "not base64!" }""")]
    [InlineData("""{ "topic": "x", "payload": "AQI" }""")]
    [InlineData("""{ "topic": "x", "payload": "AQID", "to": [] }""")]
    [InlineData("""{ "topic": "x", "payload": "AQID", "to": [null] }""")]
    [InlineData("""{ "topic": 7, "payload": "AQID" }""")]
    public async Task Bad_requests_are_refused(string body)
    {
        await using var alice = await HubClient.JoinAsync(_server, "d-bad");
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("SendData", JsonDocument.Parse(body).RootElement)));
    }

    [Fact]
    public async Task Much_data_at_once_is_limited()
    {
        await using var alice = await HubClient.JoinAsync(_server, "d-flood");
        var request = new { topic = "flood", payload = Convert.ToBase64String(new byte[15 * 1024]), reliable = false };
        var sent = 0;
        JsonElement reply;
        do
            reply = await alice.CallAsync("SendData", request);
        while (reply.GetProperty("ok").GetBoolean() && ++sent < 150);
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(reply));
        Assert.True(sent >= 33, $"{sent}");
    }

    [Fact]
    public async Task Whoever_has_not_joined_sends_nothing()
    {
        await using var stranger = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await stranger.CallAsync("SendData", new { topic = "x", payload = "AQID" })));
    }

    [Fact]
    public async Task Offers_say_whether_the_channel_may_carry_data()
    {
        await using var alice = await HubClient.JoinAsync(_server, "d-offer");
        HubClient.Value(await alice.CallAsync("Negotiate", new { seq = 1, sdp = "v=0" }));
        Assert.True(_server.Engine.Offers.Last(offer => offer.PeerId == alice.Id).AllowData);
    }

    private static string? Text(JsonElement data, string name) => data.GetProperty(name).GetString();
}
