using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge.Tests;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>R-27 through every way in: API, hub, transfer, REFER, redirect.</summary>
public sealed class TollFraudTests
{
    private static readonly string[] Spellings = [.. TollCorpus.All];

    [Theory(DisplayName = "R-27: nothing that is not listed is called, by whatever way and however it is spelt")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ways(bool isOn)
    {
        using var operatorSwitch = new WireCallee();
        await using var server = await PhoneServer.StartAsync(
            "--Limits:RequestsBurst=1000000", "--Limits:RequestsPerSecond=1000000", "--Sip:TrustedPeers=127.0.0.0/8", $"--Sip:DialOut:Enabled={isOn}",
            "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:DialOut:AllowDomains=partner.example", "--Sip:DialOut:PerRoom=1000", "--Sip:DialOut:PerUserPerHour=10000",
            "--Sip:Trunks:0:Name=main", $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{operatorSwitch.Port}", "--Sip:Trunks:0:OptionsPingMs=0");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var api = await ApiClient.CreateAsync(server.Server);
        foreach (var spelling in Spellings.Select(text => text.Replace(TollCorpus.Trunk, $"127.0.0.1:{operatorSwitch.Port}", StringComparison.Ordinal)))
        {
            Assert.False((await api.PostAsync("/rooms/standup/calls", JsonSerializer.Serialize(new { address = spelling }))).IsSuccessStatusCode, spelling);
            Assert.Null(server.Door.JudgeTransfer(spelling).Target?.Address); // at most a room of ours
            server.Server.Time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Contains(HubClient.Code(await alice.CallAsync("Dial", new { address = spelling })), new[] { ErrorCodes.CapabilityMissing, ErrorCodes.AddressUnroutable });
            if (spelling.Any(letter => letter is <= ' ' or > '~'))
                continue; // cannot be written in a header
            using var peer = server.Phone();
            peer.More = $"Refer-To: <{spelling}>\r\n";
            if (!spelling.Contains("method=BYE", StringComparison.Ordinal)) // which removes somebody, and calls nobody
                Assert.InRange((await peer.AskAsync("REFER")).Status, 400, 499);
            if (!isOn)
                continue;
            await alice.OkAsync("Dial", new { address = "+31201234567" });
            await operatorSwitch.RefuseAsync(await operatorSwitch.HearAsync("INVITE"), 302, ("Contact", $"<{spelling}>"));
            await alice.NextAsync("CallChanged", body => body.GetProperty("state").GetString() == "ended");
        }
        Assert.False(operatorSwitch.HasMore);
        Assert.All(operatorSwitch.Heard, message => Assert.StartsWith("sip:+31201234567@", message.RequestUri, StringComparison.Ordinal));
        Assert.Equal(isOn, operatorSwitch.Heard.Count > 0);
    }
}
