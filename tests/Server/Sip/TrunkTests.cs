namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Operators: registered with, and asked whether they are there (sections 6.3, 6.4).</summary>
public sealed class TrunkTests : IDisposable
{
    private readonly WireCallee _switch = new();

    public void Dispose() => _switch.Dispose();

    [Fact(DisplayName = "A trunk with Register is registered with, by its password, and taken off when the server stops")]
    public async Task Registers()
    {
        await using var server = await StartAsync("--Sip:Trunks:0:Register=true", "--Sip:Trunks:0:OptionsPingMs=0");
        var first = await _switch.HearAsync("REGISTER");
        Assert.Contains("sip:us@127.0.0.1", first.First("To"), StringComparison.Ordinal);
        Assert.Contains("sip:main@", first.First("Contact"), StringComparison.Ordinal);
        await _switch.SayAsync(first, 401, ("WWW-Authenticate", "Digest realm=\"operator\", nonce=\"n1\", qop=\"auth\", algorithm=MD5"));
        var second = await _switch.HearAsync("REGISTER");
        Assert.Contains("username=\"us\"", second.First("Authorization"), StringComparison.Ordinal);
        await _switch.SayAsync(second, 200, ("Expires", "600"));
        await Task.Delay(200);
        var leaving = server.DisposeAsync();
        Assert.Equal("0", (await _switch.HearAsync("REGISTER")).First("Expires"));
        await leaving;
    }

    [Fact(DisplayName = "A trunk that leaves three questions unanswered is not called until it answers one")]
    public async Task Qualifies()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        for (var i = 0; i < 10; i++)
        {
            await Task.Delay(100);
            server.Server.Time.Advance(TimeSpan.FromSeconds(33));
        }
        await Task.Delay(100);
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        var end = (await alice.NextAsync("CallChanged", body => body.GetProperty("state").GetString() == "ended")).GetProperty("end");
        Assert.Equal(("trunk_unavailable", "us"), (end.GetProperty("code").GetString(), end.GetProperty("side").GetString()));

        while (_switch.HasMore)
            await _switch.SayAsync(await _switch.HearAsync("OPTIONS"), 404); // any answer is a sign of life
        server.Server.Time.Advance(TimeSpan.FromSeconds(31));
        await _switch.SayAsync(await _switch.HearAsync("OPTIONS"), 404);
        await Task.Delay(200);
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _switch.HearAsync("INVITE");
    }

    private Task<PhoneServer> StartAsync(params string[] more) => PhoneServer.StartAsync(
    [
        "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:Trunks:0:Name=main", $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{_switch.Port}",
        "--Sip:Trunks:0:Realm=operator", "--Sip:Trunks:0:User=us", "--Sip:Trunks:0:Password=3Wq9-secret-word", .. more,
    ]);
}
