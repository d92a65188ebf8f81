using Microsoft.Extensions.Configuration;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

public sealed class StartupOptionsTests
{
    [Fact]
    public void Nothing_at_all_is_a_valid_configuration()
    {
        var startup = StartupOptions.Read(["--dev"]);
        Assert.Empty(startup.Problems);
        Assert.Equal("http://localhost:8080", startup.Options.Http.Urls);
        Assert.Equal(AutoCreate.Anyone, OptionRules.WhoMayOpen(startup.Options));
    }

    [Fact]
    public void Every_problem_is_listed_at_once()
    {
        var startup = StartupOptions.Read(
            ["--dev", "--Rooms:MaxParticipant=7", "--Media:UdpPort=many", "--Media:TcpPort=70000", "--Http:Urls=nowhere", "--Web:EmbedOrigins=example.org", "--verbose"]);
        Assert.Equal(6, startup.Problems.Count);
        Assert.Contains("Rooms:MaxParticipant: there is no such setting. Did you mean Rooms:MaxParticipants?", startup.Problems);
        Assert.Contains("Media:UdpPort: \"many\" is not a whole number.", startup.Problems);
        Assert.Contains("Media:TcpPort: must be 0 to 65535.", startup.Problems);
    }

    [Fact]
    public void A_key_like_no_other_gets_no_hint() =>
        Assert.Equal("Zebra:Stripes: there is no such setting.", Assert.Single(StartupOptions.Read(["--dev", "--Zebra:Stripes=7"]).Problems));

    [Fact]
    public void The_command_line_wins_and_lists_take_commas_or_indices()
    {
        var startup = StartupOptions.Read(
            ["--dev", "--Media:VideoCodecs=VP9,AV1", "--Rooms:MaxParticipants", "12"],
            more => more.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Sylk:Rooms:MaxParticipants"] = "5",
                ["Sylk:Rooms:Permanent:0"] = "lobby",
                ["Sylk:Rooms:Permanent:1"] = "board",
            }));
        Assert.Empty(startup.Problems);
        Assert.Equal(["VP9", "AV1"], startup.Options.Media.VideoCodecs);
        Assert.Equal(["lobby", "board"], startup.Options.Rooms.Permanent);
        Assert.Equal(12, startup.Options.Rooms.MaxParticipants);
    }

    [Theory(DisplayName = "Anonymous rooms only on loopback, or when the operator says so")]
    [InlineData("http://127.0.0.1:80", "", AutoCreate.Anyone)]
    [InlineData("http://[::1]:80;http://localhost:81", "", AutoCreate.Anyone)]
    [InlineData("http://*:80", "", AutoCreate.SignedIn)]
    [InlineData("http://127.0.0.1:80;http://0.0.0.0:81", "", AutoCreate.SignedIn)]
    [InlineData("http://+:80", "true", AutoCreate.Anyone)]
    [InlineData("http://localhost:80", "false", AutoCreate.Nobody)]
    public void Anonymous_rooms_need_loopback_or_a_word(string urls, string wish, object expected)
    {
        var startup = StartupOptions.Read(["--dev", $"--Http:Urls={urls}", $"--Rooms:AutoCreate={wish}"]);
        Assert.Empty(startup.Problems);
        Assert.Equal((AutoCreate)expected, OptionRules.WhoMayOpen(startup.Options));
    }

    [Fact]
    public void The_configuration_can_be_printed()
    {
        var startup = StartupOptions.Read(["--dev", "--print-config"]);
        Assert.Equal(StartupRequest.PrintConfig, startup.Request);
        Assert.Contains("Rooms:DepartureTimeoutMs = 20000", startup.Describe(), StringComparison.Ordinal);
    }
}
