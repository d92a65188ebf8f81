using System.Reflection;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Tests;

public sealed class BeforeJoinTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Verbs => [.. AllVerbs().Where(name => name is not ("Join" or "TestNetwork"))];

    [Fact]
    public void Every_verb_takes_one_object_and_answers_with_the_envelope() => Assert.All(
        typeof(RoomHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(IsVerb),
        method =>
        {
            Assert.Equal(typeof(Task<Reply>), method.ReturnType);
            Assert.Equal(typeof(JsonElement), Assert.Single(method.GetParameters()).ParameterType);
        });

    [Theory(DisplayName = "R-23 Every method before Join is refused and nothing changes, also after a failed Join")]
    [MemberData(nameof(Verbs))]
    public async Task Every_method_before_join_is_refused(string verb)
    {
        var server = fixture.Server;
        await using var host = await HubClient.JoinAsync(server, $"r23-{verb.ToLowerInvariant()}");
        var before = await Dump(server, verb);
        await using var stranger = await HubClient.ConnectAsync(server);
        var body = new { participantId = host.Id, trackId = "tr_1", seq = 9, sdp = "v=0", locked = true, role = "moderator", viewRev = 1 };
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await stranger.CallAsync(verb, body)));
        Assert.Equal(ErrorCodes.RoomNotFound, HubClient.Code(await stranger.CallAsync("Join", new { room = "admin", displayName = "x" })));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await stranger.CallAsync(verb, body)));
        Assert.Equal(before, await Dump(server, verb));
    }

    [Fact]
    public async Task The_network_can_be_tested_before_joining_but_not_forever()
    {
        await using var stranger = await HubClient.ConnectAsync(fixture.Server);
        for (var i = 0; i < 5; i++)
            Assert.NotEmpty(HubClient.Value(await stranger.CallAsync("TestNetwork", new { sdp = "v=0" })).GetProperty("sdp").GetString()!);
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(await stranger.CallAsync("TestNetwork", new { sdp = "v=0" })));
    }

    private static async Task<string> Dump(RunningServer server, string verb) =>
        JsonSerializer.Serialize(await server.Room($"r23-{verb.ToLowerInvariant()}").Snapshot(), Wire.Json);

    private static IEnumerable<string> AllVerbs() => typeof(RoomHub)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(IsVerb).Select(method => method.Name);

    private static bool IsVerb(MethodInfo method) => !method.IsSpecialName && !method.Name.StartsWith("On", StringComparison.Ordinal);
}
