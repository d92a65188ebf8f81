using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Phones with accounts: they register, prove who they are, and are called (sections 6.1 and 6.2).</summary>
public sealed class AccountTests
{
    private const string Password = "correct-horse";
    private static readonly string[] Config = ["--Sip:Inbound=accounts", "--Sip:Accounts:0:User=alice", $"--Sip:Accounts:0:Password={Password}", "--Sip:Accounts:0:DisplayName=Alice A."];

    [Theory(DisplayName = "A phone is challenged for SHA-256 first, registers with either algorithm, is listed, and takes itself away again")]
    [InlineData(SipDigestAlgorithm.Sha256)]
    [InlineData(SipDigestAlgorithm.Md5)]
    public async Task Registers(SipDigestAlgorithm algorithm)
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        using var phone = new AccountPhone(server, "alice", Password, algorithm);

        var challenge = await phone.Wire.AskAsync("REGISTER");
        Assert.Equal(401, challenge.Status);
        Assert.Equal(["SHA-256", "MD5"], challenge.All("WWW-Authenticate").Select(value => value.Split("algorithm=")[1].Split(',')[0]));
        var done = await phone.RegisterAsync();
        Assert.Equal(200, done.Status);
        Assert.Contains("expires=600", done.First("Contact"), StringComparison.Ordinal);
        var listed = (await AccountsAsync(api)).Single();
        Assert.Equal(("alice@sylk", "Alice A.", true), (Text(listed, "address"), Text(listed, "displayName"), listed.GetProperty("configured").GetBoolean()));
        Assert.Single(listed.GetProperty("registrations").EnumerateArray());

        Assert.Equal(200, (await phone.RegisterAsync(0)).Status);
        Assert.Empty((await AccountsAsync(api)).Single().GetProperty("registrations").EnumerateArray());
    }

    [Fact(DisplayName = "SIP-AU-5: a phone that fails at names it does not know is offered MD5 alone")]
    public async Task Escape()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var phone = server.Phone(from: "<sip:alice@sylk>");
        phone.Always = "User-Agent: baresip v1.0.0 (x86_64/linux)\r\n";
        var challenge = await phone.AskAsync("REGISTER");
        Assert.Contains("algorithm=MD5", Assert.Single(challenge.All("WWW-Authenticate")), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Wrong passwords, unknown accounts, used answers and other people's addresses are refused; five wrong ones lock account and address for a while")]
    public async Task Refused()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var right = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await right.RegisterAsync()).Status);
        Assert.Equal(401, (await right.AgainAsync("REGISTER")).Status); // the same count again (TS-07)
        using var other = new AccountPhone(server, "alice", Password, to: "bob");
        Assert.Equal(403, (await other.RegisterAsync()).Status);
        using var nobody = new AccountPhone(server, "mallory", Password);
        Assert.Equal(401, (await nobody.RegisterAsync()).Status);
        using var wrong = new AccountPhone(server, "alice", "something else");
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, (await wrong.RegisterAsync()).Status);
        Assert.Equal(503, (await wrong.Wire.AskAsync("REGISTER")).Status);
    }

    [Fact(DisplayName = "Inbound accounts: strangers are challenged, an account comes in under its own name, whatever From says")]
    public async Task Calls()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var hub = await HubClient.JoinAsync(server.Server, "standup", "Hugo");
        using var stranger = server.Phone();
        Assert.Equal(401, (await stranger.CallAsync()).Status);
        using var phone = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await phone.CallAsync()).Status);
        var joined = await hub.NextAsync("ParticipantJoined");
        Assert.Equal(("Alice A.", "alice@sylk"), (Text(joined, "displayName"), Text(joined, "identity")));
        var call = (await ApiClient.Body(await api.GetAsync("/calls"))).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("alice@sylk", Text(call, "from"));
    }

    [Fact(DisplayName = "Inbound any: strangers come in, but not under an account's address")]
    public async Task Anybody()
    {
        await using var server = await PhoneServer.StartAsync([.. Config, "--Sip:Inbound=any"]);
        using var stranger = server.Phone();
        Assert.Equal(200, (await stranger.CallAsync()).Status);
        using var liar = server.Phone(from: "\"Alice\" <sip:alice@sylk>");
        Assert.Equal(401, (await liar.CallAsync()).Status);
    }

    [Fact(DisplayName = "A room calls an account where its phones are registered, without any trunk; where there is none nobody is reached")]
    public async Task Called()
    {
        await using var server = await PhoneServer.StartAsync([.. Config, "--Sip:DialOut:Enabled=true"]);
        await using var hub = await HubClient.JoinAsync(server.Server, "standup", "Hugo");
        await hub.OkAsync("Dial", new { address = "alice@sylk" });
        Assert.Equal("callee_unavailable", Text((await hub.NextAsync("CallChanged", body => Text(body, "state") == "ended")).GetProperty("end"), "code"));
        Assert.Equal("address_unroutable", HubClient.Code(await hub.CallAsync("Dial", new { address = "bob@sylk" })));

        using var phone = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await phone.RegisterAsync()).Status);
        await hub.OkAsync("Dial", new { address = "sip:alice@sylk" });
        var invite = await phone.Wire.HearAsync("INVITE");
        Assert.StartsWith("sip:phone@127.0.0.1", invite.RequestUri, StringComparison.Ordinal);
        Assert.Equal("sip:alice@sylk", invite.To!.Uri.ToString());
        Assert.Equal("sip", Text(await hub.NextAsync("ParticipantJoined"), "kind"));
    }

    [Fact(DisplayName = "A message to an account goes on to an older place when the newest does not answer, takes 32 s in all, and ends with who waits for it")]
    public async Task DeadPlaces()
    {
        await using var server = await PhoneServer.StartAsync([.. Config, "--Sip:DialOut:Enabled=true"]);
        var post = server.Server.Services.GetRequiredService<IDirectPost>();
        using var phone = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await phone.RegisterAsync()).Status);
        server.Server.Time.Advance(TimeSpan.FromSeconds(5));
        using (var gone = new AccountPhone(server, "alice", Password))
            Assert.Equal(200, (await gone.RegisterAsync()).Status);

        var heard = phone.Wire.HearAsync("MESSAGE");
        var sent = post.SendAsync(ToAlice("c1"), default);
        Assert.InRange(await SecondsAsync(server, heard), 15, 20);
        Assert.Null((await sent).Refusal);

        phone.Dispose();
        sent = post.SendAsync(ToAlice("c2"), default);
        Assert.InRange(await SecondsAsync(server, sent), 31, 36);
        Assert.Equal(ErrorCodes.CalleeTimeout, (await sent).Refusal!.Code);

        using var nobodyWaits = new CancellationTokenSource();
        sent = post.SendAsync(ToAlice("c3"), nobodyWaits.Token);
        await nobodyWaits.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    private static DirectMessage ToAlice(string clientId) => new()
    {
        Id = "msg_" + clientId,
        From = "romeo@x.example",
        FromName = "Romeo",
        To = "alice@sylk",
        Content = "hello",
        ClientId = clientId,
        SentAt = DateTimeOffset.UnixEpoch,
        Via = "xmpp",
    };

    /// <summary>Lets the server's time pass until that is done, at most 50 s of it.</summary>
    private static async Task<int> SecondsAsync(PhoneServer server, Task done)
    {
        var seconds = 0;
        for (; seconds < 50 && await Task.WhenAny(done, Task.Delay(50)) != done; seconds++)
            server.Server.Time.Advance(TimeSpan.FromSeconds(1));
        return seconds;
    }

    [Fact(DisplayName = "SIP-REF-0: an account that is in the room and may dial calls others in by REFER from outside of its call; one that is not there may not")]
    public async Task Refers()
    {
        await using var server = await PhoneServer.StartAsync([.. Config, "--Sip:Accounts:1:User=bob", $"--Sip:Accounts:1:Password={Password}", "--Sip:DialOut:Enabled=true"]);
        using var bob = new AccountPhone(server, "bob", Password);
        Assert.Equal(200, (await bob.RegisterAsync()).Status);
        using var alice = new AccountPhone(server, "alice", Password); // the first in a room moderates it, and may dial
        Assert.Equal(200, (await alice.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        using var aside = new AccountPhone(server, "alice", Password);
        Assert.Equal(403, (await aside.ReferAsync("sip:carol@elsewhere.example")).Status);
        Assert.Equal(202, (await aside.ReferAsync("sip:bob@sylk")).Status);
        await bob.Wire.HearAsync("INVITE");
        using var outside = new AccountPhone(server, "bob", Password);
        Assert.Equal(403, (await outside.ReferAsync("sip:bob@sylk")).Status);
    }

    [Fact(DisplayName = "SIP-REP-1: an account replaces its own call and nobody else's")]
    public async Task Replaces()
    {
        await using var server = await PhoneServer.StartAsync([.. Config, "--Sip:Accounts:1:User=bob", $"--Sip:Accounts:1:Password={Password}"]);
        using var first = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await first.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        using var bob = new AccountPhone(server, "bob", Password);
        Assert.Equal(403, (await bob.CallAsync($"Replaces: {first.Wire.Dialog}\r\n")).Status);
        using var second = new AccountPhone(server, "alice", Password);
        Assert.Equal(200, (await second.CallAsync($"Replaces: {first.Wire.Dialog}\r\n")).Status);
        await first.Wire.HearAsync("BYE");
    }

    [Fact(DisplayName = "Accounts by API: made, found at once, changed, taken away; configured ones stay, passwords are never shown")]
    public async Task ByApi()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        var made = await ApiClient.Body(await api.PostAsync("/sip/accounts", new { user = "carol", password = "first-password" }), HttpStatusCode.Created);
        Assert.DoesNotContain("first-password", made.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.IdentityInUse, await ApiClient.Code(await api.PostAsync("/sip/accounts", new { user = "carol", password = "first-password" })));
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await api.PostAsync("/sip/accounts", new { user = "a b", password = "short" })));
        using (var phone = new AccountPhone(server, "carol", "first-password"))
            Assert.Equal(200, (await phone.RegisterAsync()).Status);
        var path = $"/sip/accounts/{Text(made, "id")}";
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Patch, path, """{ "password": "second-password" }""")).StatusCode);
        using (var phone = new AccountPhone(server, "carol", "second-password"))
            Assert.Equal(200, (await phone.RegisterAsync()).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, path)).StatusCode);
        using (var phone = new AccountPhone(server, "carol", "second-password"))
            Assert.Equal(401, (await phone.RegisterAsync()).Status);
        var configured = (await AccountsAsync(api)).Single();
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await api.SendAsync(HttpMethod.Delete, $"/sip/accounts/{Text(configured, "id")}")));
    }

    private static async Task<JsonElement[]> AccountsAsync(ApiClient api) =>
        [.. (await ApiClient.Body(await api.GetAsync("/sip/accounts"))).GetProperty("items").EnumerateArray()];

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    /// <summary>A phone with an account: answers the challenge it likes.</summary>
    private sealed class AccountPhone(PhoneServer server, string user, string password, SipDigestAlgorithm algorithm = SipDigestAlgorithm.Sha256, string? to = null) : IDisposable
    {
        private static readonly SipIds Ids = new(new byte[32]);
        private string _last = "";

        public WirePhone Wire { get; } = new(server.Port, "standup", $"<sip:{to ?? user}@sylk>") { Address = $"<sip:{to ?? user}@sylk>" };

        public void Dispose() => Wire.Dispose();

        public async Task<SipMessage> RegisterAsync(int expires = 600)
        {
            Wire.Always = $"Expires: {expires}\r\n";
            _last = Answer(await Wire.AskAsync("REGISTER"), "REGISTER");
            Wire.Always += $"Authorization: {_last}\r\n";
            return await Wire.AskAsync("REGISTER");
        }

        public async Task<SipMessage> AgainAsync(string method)
        {
            Wire.Always = $"Authorization: {_last}\r\n";
            return await Wire.AskAsync(method);
        }

        public async Task<SipMessage> CallAsync(string more = "")
        {
            Wire.More = more;
            var challenge = await Wire.CallAsync();
            Assert.Equal(401, challenge.Status);
            Wire.Forget();
            Wire.More = $"{more}Authorization: {Answer(challenge, "INVITE")}\r\n";
            return await Wire.CallAsync();
        }

        public async Task<SipMessage> ReferAsync(string whom)
        {
            Wire.Always = "";
            Wire.More = $"Refer-To: <{whom}>\r\n";
            Wire.Forget();
            var challenge = await Wire.AskAsync("REFER");
            Assert.Equal(401, challenge.Status);
            Wire.More += $"Authorization: {Answer(challenge, "REFER")}\r\n";
            return await Wire.AskAsync("REFER");
        }

        public string Answer(SipMessage challenge, string method)
        {
            var fields = challenge.All("WWW-Authenticate").Select(value => SipDigestFields.TryParse(value, out var read) ? read : null)
                .First(read => SipDigest.Parse(read!["algorithm"]) == algorithm)!;
            var (uri, nonce) = ($"sip:standup@127.0.0.1:{server.Port}", fields["nonce"]!);
            var proof = new SipDigestProof(nonce, "00000001", Ids.CallId());
            var response = SipDigest.Response(algorithm, SipDigest.SecretOf(algorithm, user, fields["realm"]!, password), proof, method, uri);
            return $"Digest username=\"{user}\", realm=\"{fields["realm"]}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", " +
                $"algorithm={SipDigest.Name(algorithm)}, cnonce=\"{proof.ClientNonce}\", qop=auth, nc={proof.Count}";
        }
    }
}
