using System.Text;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>What may stand inside a message to a room, and what comes round (sections 12.2 to 12.5).</summary>
public sealed class MsrpContentTests
{
    private static readonly byte[] Picture = [0x89, .. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31))];

    [Fact(DisplayName = "12.3: HTML is said as the text it shows, Markdown as it was typed; both are advertised")]
    public async Task Words()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        Assert.Superset(new HashSet<string> { "text/html", "text/markdown", "image/jpeg", "image/png", "image/gif" }, bob.Media.AcceptWrappedTypes.ToHashSet());

        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("<p>so <b>bold</b><script>alert(1)</script></p>", type: "text/html"), "m1"));
        Assert.Equal("so bold", (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("so **bold**", type: "text/markdown;charset=utf-8"), "m2"));
        var line = (await alice.NextAsync("ChatMessage")).GetProperty("message");
        Assert.Equal(("so **bold**", "text/markdown"), (line.GetProperty("content").GetString(), line.GetProperty("contentType").GetString()));
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim("x", type: "text/plain;charset=utf-16"), "m3"));
        Assert.Equal(413, await bob.SayAsync(new string('x', 70_000)));
    }

    [Fact(DisplayName = "12.3: a picture inside a message becomes a file of the room; in a private one it is 415")]
    public async Task Pictures()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");
        await bob.Peer.HearAsync("Carol has joined");

        byte[] whole = [.. Encoding.UTF8.GetBytes(bob.Cpim("", type: "image/png;name=\"cat.png\"")), .. Picture];
        Assert.Equal(200, await bob.Peer.SendAsync(whole[..90_000], "p1", $"1-*/{whole.Length}", '+'));
        Assert.Equal(200, await bob.Peer.SendAsync(whole[90_000..], "p1", $"90001-{whole.Length}/{whole.Length}"));
        var file = (await alice.NextAsync("FileShared")).GetProperty("file");
        Assert.Equal(("cat.png", "image/png"), (file.GetProperty("name").GetString(), file.GetProperty("contentType").GetString()));
        Assert.Equal(Picture, await server.Server.Http.GetByteArrayAsync(new Uri(file.GetProperty("url").GetString()!, UriKind.Relative)));
        await carol.Peer.HearAsync("shares cat.png");

        var coded = bob.Cpim(Convert.ToBase64String(Picture[..1_000]), type: "image/jpeg\r\nContent-Transfer-Encoding: base64");
        Assert.Equal(200, await bob.Peer.SendAsync(coded, "p2"));
        Assert.Equal(1_000, (await alice.NextAsync("FileShared")).GetProperty("file").GetProperty("size").GetInt32());

        Assert.Equal(400, await bob.Peer.SendAsync(bob.Cpim("", type: "image/gif"), "p3"));
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim("x", carol.Uri, type: "image/png"), "p4"));
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim("x", type: "image/svg+xml"), "p5"));
        Assert.Equal(413, await bob.Peer.SendAsync("x", "p6", "1-*/262145", '+'));
    }

    [Fact(DisplayName = "12.3: of alternatives the plain text is said; of mixed parts the text and the pictures; what cannot be shown refuses all")]
    public async Task Parts()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");
        Assert.Superset(new HashSet<string> { "multipart/mixed", "multipart/alternative" }, bob.Media.AcceptWrappedTypes.ToHashSet());
        var choice = Part("text/html", "<b>so</b> rich") + Part("text/plain; charset=utf-8", "so plain");
        var image = Part("image/png; name=cat.png\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String(Picture[..1_000]));

        Assert.Equal(200, await SayAsync("alternative", choice, "m1"));
        Assert.Equal("so plain", await WordsAsync());
        Assert.Equal(200, await SayAsync("mixed", Part("multipart/alternative; boundary=inner", Inner(choice)) + image, "m2"));
        Assert.Equal("so plain", await WordsAsync());
        var file = (await alice.NextAsync("FileShared")).GetProperty("file");
        Assert.Equal(("cat.png", 1_000), (file.GetProperty("name").GetString(), file.GetProperty("size").GetInt32()));
        Assert.Equal(200, await SayAsync("mixed", Part("text/plain\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String("so coded"u8)), "m3"));
        Assert.Equal("so coded", await WordsAsync());
        Assert.Equal(200, await SayAsync("mixed", Part("text/plain", "so far") + Part("application/pdf\r\nContent-Disposition: render;handling=optional", "x"), "m4"));
        Assert.Equal("so far", await WordsAsync());

        Assert.Equal(200, await SayAsync("mixed", Part("text/plain", "so one") + Part("text/plain\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String("so two"u8)), "m4/two"));
        Assert.Equal("so one\nso two", await WordsAsync());

        Assert.Equal(415, await SayAsync("mixed", Part("text/plain", "never") + Part("text/plain;charset=utf-16", "x"), "m5/two"));
        Assert.Equal(415, await SayAsync("mixed", Part("text/plain", "never") + Part("application/pdf", "x"), "m5"));
        Assert.Equal(415, await SayAsync("mixed", Part("message/cpim", bob.Cpim("never")), "m6"));
        Assert.Equal(415, await SayAsync("mixed", Part("text/plain\r\nContent-Transfer-Encoding: quoted-printable", "never"), "m7"));
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim(Part("text/plain", "never") + image + "--outer--\r\n", carol.Uri, type: "multipart/mixed; boundary=outer"), "m8"));
        Assert.Equal(400, await SayAsync("mixed", string.Concat(Enumerable.Repeat(Part("text/plain", "never"), 17)), "m9"));
        Assert.Equal(400, await bob.Peer.SendAsync(bob.Cpim(Part("text/plain", "never"), type: "multipart/mixed; boundary=outer"), "m10"));
        Assert.Equal(200, await SayAsync("mixed", image, "m2/again"));
        Assert.Equal(200, await SayAsync("mixed", image, "m2/again"));
        Assert.Equal(200, await bob.SayAsync("so long"));
        List<string> names = [];
        while (names.LastOrDefault() != "ChatMessage")
            names.Add((await alice.NextAsync()).Name);
        Assert.Single(names, "FileShared");

        Task<int> SayAsync(string subtype, string parts, string id) =>
            bob.Peer.SendAsync(bob.Cpim(parts + "--outer--\r\n", type: $"multipart/{subtype}; boundary=outer"), id);

        async Task<string?> WordsAsync() => (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("content").GetString();
    }

    private static string Part(string type, string content) => $"--outer\r\nContent-Type: {type}\r\n\r\n{content}\r\n";

    private static string Inner(string parts) => parts.Replace("--outer", "--inner", StringComparison.Ordinal) + "--inner--";

    [Fact(DisplayName = "A room without files refuses pictures as it refuses other files")]
    public async Task NoFiles()
    {
        await using var server = await PhoneServer.StartAsync("--Files:Enabled=false");
        await using var bob = await MsrpMember.JoinAsync(server);
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim("x", type: "image/png"), "p1"));
    }

    [Fact(DisplayName = "LO-2: what we send has our mark; what comes with it, or with more than five of others, is not taken")]
    public async Task Loops()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "marked" });
        var heard = (await bob.Peer.HearAsync("marked")).Text;
        Assert.Contains("NS: syl <urn:sylk:conference>\r\n", heard, StringComparison.Ordinal);
        var token = heard.Split("syl.Origin: ", 2)[1].Split("\r\n", 2)[0];

        Assert.Equal(403, await bob.Peer.SendAsync(bob.Cpim("round", more: Marks(token)), "m1"));
        Assert.Equal(403, await bob.Peer.SendAsync(bob.Cpim("far", more: Marks("a", "b", "c", "d", "e", "f")), "m2"));
        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("from afar", more: Marks("a", "b", "c", "d", "e")), "m3"));
        await alice.NextAsync("ChatMessage", body => body.GetProperty("message").GetProperty("content").GetString() == "marked");
        Assert.Equal("from afar", (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("content").GetString());
    }

    [Fact(DisplayName = "12.2: other words come as a new line; what was taken back is told nobody and is not in what comes later")]
    public async Task TakenBack()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "line gone" });
        await alice.OkAsync("SendChat", new { clientId = "2", content = "line wrong" });
        var gone = (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("id").GetString();
        var wrong = (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("id").GetString();
        await alice.OkAsync("DeleteChat", new { messageId = gone });
        await alice.OkAsync("EditChat", new { messageId = wrong, content = "line right" });

        Assert.Equal("line gone", (await bob.Peer.HearAsync("line ")).Words);
        Assert.Equal("line wrong", (await bob.Peer.HearAsync("line ")).Words);
        Assert.Equal("(edit) line right", (await bob.Peer.HearAsync("")).Words);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");
        Assert.Equal("line right", (await carol.Peer.HearAsync("line ")).Words);
    }

    private static string Marks(params string[] tokens) =>
        "NS: syl <urn:sylk:conference>\r\n" + string.Concat(tokens.Select(token => $"syl.Origin: {token}\r\n"));
}
