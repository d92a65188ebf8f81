using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>RFC 5547: files brought into a room by a call of their own.</summary>
public sealed class MsrpFileTests
{
    private const string PictureSha1 = "0D4A5FF1C2B387D3D480809FBA5616EED0C068D9";

    private static readonly byte[] Picture = [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i * 7))];

    [Fact(DisplayName = "MSRP-FT-2, FT-3: a file that is pushed is everybody's, and members are told with a notice; who brings it is seen once")]
    public async Task Push()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await alice.NextAsync("ParticipantJoined");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var peer = await OfferAsync(phone, Picture.Length, Convert.FromHexString(PictureSha1));

        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        Assert.Equal(200, await peer.SendAsync(Picture[16_000..], "f", $"16001-{Picture.Length}/{Picture.Length}", type: "image/png"));

        var shared = (await alice.NextAsync("FileShared")).GetProperty("file");
        Assert.Equal(("holiday.png", Picture.Length), (shared.GetProperty("name").GetString(), shared.GetProperty("size").GetInt32()));
        Assert.Equal(Picture, await server.Server.Http.GetByteArrayAsync(new Uri(shared.GetProperty("url").GetString()!, UriKind.Relative)));
        await bob.Peer.HearAsync("shares holiday.png");
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
        Assert.False(alice.TryNext(out var more) && more.Name == "ParticipantJoined");
    }

    [Fact(DisplayName = "MSRP-FT-1, FT-5: a file is fetched by hash or by name and size, as a whole or from where it broke off; another is 404")]
    public async Task Pull()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);
        using var phone = server.Phone();
        await using var peer = await OfferAsync(phone, Picture.Length, Convert.FromHexString(PictureSha1));
        Assert.Equal(200, await peer.SendAsync(Picture, "f", $"1-*/{Picture.Length}", type: "image/png"));
        await bob.Peer.HearAsync("shares holiday.png");

        foreach (var (selector, first) in new[] { ($"hash:sha-1:{Colons(PictureSha1)}", 1), ($"name:\"holiday.png\" size:{Picture.Length}", 10_001) })
        {
            using var asking = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
            var path = MsrpPeer.NewPath();
            var answer = await asking.CallAsync(Wish(path, selector, first));
            Assert.Equal(200, answer.Status);
            var media = MsrpMember.MediaOf(answer);
            Assert.Equal((MediaDirection.SendOnly, "holiday.png", (long)Picture.Length), (media.Direction, media.File!.Name, media.File.Size));
            await using var taking = await MsrpPeer.ConnectAsync(media.Port, path: path);
            taking.Target = media.Path[0].ToString();
            Assert.Equal(200, await taking.BindAsync());
            Assert.Equal(Picture[(first - 1)..], (await taking.HearAsync("")).Body);
            await asking.HearAsync("BYE");
        }
        using var other = server.Phone();
        Assert.Equal(404, (await other.CallAsync(Wish(MsrpPeer.NewPath(), "name:\"other.png\" size:5", 1))).Status);
    }

    [Fact(DisplayName = "MSRP-FT-5: a file nobody here heard of by MSRP is found in the room's own list, by hash too")]
    public async Task PullUnheard()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await ShareAsync(server, alice, "other.png", Picture[..20_000]);
        await ShareAsync(server, alice, "holiday.png", Picture);

        foreach (var selector in new[] { $"hash:sha-1:{Colons(PictureSha1)}", $"name:\"holiday.png\" size:{Picture.Length}" })
        {
            using var asking = server.Phone();
            var path = MsrpPeer.NewPath();
            var answer = await asking.CallAsync(Wish(path, selector, 1));
            Assert.Equal(200, answer.Status);
            var media = MsrpMember.MediaOf(answer);
            Assert.Equal(("holiday.png", (long)Picture.Length), (media.File!.Name, media.File.Size));
            await using var taking = await MsrpPeer.ConnectAsync(media.Port, path: path);
            taking.Target = media.Path[0].ToString();
            Assert.Equal(200, await taking.BindAsync());
            Assert.Equal(Picture, (await taking.HearAsync("")).Body);
            await asking.HearAsync("BYE");
        }
        using var unknown = server.Phone();
        Assert.Equal(404, (await unknown.CallAsync(Wish(MsrpPeer.NewPath(), $"hash:sha-1:{Colons(new string('0', 40))}", 1))).Status);
    }

    [Fact(DisplayName = "Who is not inside learns nothing of a file: without the passcode no file is looked for, beside sound the answer says what was asked")]
    public async Task PullFromOutside()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await ShareAsync(server, alice, "holiday.png", Picture);
        string[] selectors = [$"hash:sha-1:{Colons(PictureSha1)}", $"hash:sha-1:{Colons(new string('0', 40))}"];
        foreach (var selector in selectors)
        {
            using var beside = server.Phone();
            var path = MsrpPeer.NewPath();
            var wish = Wish(path, selector, 1);
            var answer = await beside.CallAsync(wish.Insert(wish.IndexOf("m=message", StringComparison.Ordinal), "m=audio 4000 RTP/AVP 0\r\n"));
            var media = MsrpMember.MediaOf(answer);
            Assert.Equal((200, (string?)null, (long?)null), (answer.Status, media.File!.Name, media.File.Size));
            await using var taking = await MsrpPeer.ConnectAsync(media.Port, path: path);
            taking.Target = media.Path[0].ToString();
            Assert.Equal(200, await taking.BindAsync());
            if (selector == selectors[0])
                Assert.Equal(Picture, (await taking.HearAsync("")).Body);
            Assert.Equal(0, MsrpMember.MediaOf(await beside.HearAsync("INVITE")).Port);
        }

        var vault = new RoomConfig { Id = "rm_vault", Name = "vault", Permanent = true, CreatedAt = DateTimeOffset.UnixEpoch };
        var access = vault.Access with { Mode = AccessMode.Passcode, PasscodeHash = Passcodes.Hash("4711") };
        Assert.Null((await server.Server.Room("vault").Configure(new CreateRoom(vault with { Access = access }))).Refusal);
        await using var carol = await HubClient.ConnectAsync(server.Server);
        await carol.JoinAsync(new { room = "vault", displayName = "Carol", passcode = "4711" });
        await ShareAsync(server, carol, "holiday.png", Picture);
        foreach (var selector in selectors)
        {
            using var asking = server.Phone("vault");
            Assert.Equal(403, (await asking.CallAsync(Wish(MsrpPeer.NewPath(), selector, 1))).Status);
        }
    }

    [Fact(DisplayName = "TM-07: another hash than promised is refused, and nothing is left")]
    public async Task WrongHash()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await using var peer = await OfferAsync(phone, 100, new byte[20]);
        Assert.Equal(400, await peer.SendAsync(Picture[..100], "f", "1-100/100", type: "image/png"));
        await phone.HearAsync("BYE");
        await NothingIsLeftAsync(server);
    }

    [Fact(DisplayName = "MSRP-FT-4: a file that is given up leaves nothing, by # as by BYE")]
    public async Task Abort()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await using var peer = await OfferAsync(phone, Picture.Length, null);
        Assert.Equal(200, await peer.SendAsync(Picture[..10_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        Assert.Equal(200, await peer.SendAsync("", "f", $"10001-*/{Picture.Length}", '#', type: "image/png"));
        await phone.HearAsync("BYE");
        await NothingIsLeftAsync(server);

        using var other = server.Phone();
        await using var second = await OfferAsync(other, Picture.Length, null);
        Assert.Equal(200, await second.SendAsync(Picture[..10_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        Assert.Equal(200, (await other.AskAsync("BYE")).Status);
        await NothingIsLeftAsync(server);
    }

    [Fact(DisplayName = "413: more bytes than were promised, in the offer and on the wire")]
    public async Task TooLarge()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await using var peer = await OfferAsync(phone, 50, null);
        Assert.Equal(413, await peer.SendAsync(Picture[..100], "f", "1-*/100", '+', type: "image/png"));
        await phone.HearAsync("BYE");
        await NothingIsLeftAsync(server);
        using var other = server.Phone();
        Assert.Equal(413, (await other.CallAsync(Offer(MsrpPeer.NewPath(), 200_000_000, null))).Status);
    }

    internal static async Task ShareAsync(PhoneServer server, HubClient client, string name, byte[] content)
    {
        var begun = await client.OkAsync("BeginFile", new { name, size = content.Length, contentType = "image/png" });
        using var body = new ByteArrayContent(content);
        using var sent = await server.Server.Http.PutAsync(new Uri(begun.GetProperty("uploadUrl").GetString()!, UriKind.Relative), body);
        Assert.True(sent.IsSuccessStatusCode, $"{sent.StatusCode}");
        await client.NextAsync("FileShared");
    }

    private static string Offer(string path, long size, byte[]? sha1) => MsrpMember.Offer(
        path, more: $"a=setup:active\r\na=sendonly\r\na=file-selector:{new MsrpFileSelector("holiday.png", "image/png", size, sha1)}\r\na=file-transfer-id:t1\r\n");

    internal static string Wish(string path, string selector, int first) => MsrpMember.Offer(
        path, more: $"a=setup:active\r\na=recvonly\r\na=file-selector:{selector}\r\na=file-transfer-id:t2\r\n{(first > 1 ? $"a=file-range:{first}-*\r\n" : "")}");

    private static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));

    private static async Task<MsrpPeer> OfferAsync(WirePhone phone, long size, byte[]? sha1)
    {
        var path = MsrpPeer.NewPath();
        var answer = await phone.CallAsync(Offer(path, size, sha1));
        Assert.Equal(200, answer.Status);
        var media = MsrpMember.MediaOf(answer);
        Assert.Equal((MediaDirection.RecvOnly, "t1", size), (media.Direction, media.FileTransferId, media.File!.Size));
        var peer = await MsrpPeer.ConnectAsync(media.Port, path: path);
        peer.Target = media.Path[0].ToString();
        Assert.Equal(200, await peer.BindAsync());
        return peer;
    }

    private static async Task NothingIsLeftAsync(PhoneServer server)
    {
        for (var i = 0; i < 100; i++)
        {
            var report = await server.Server.Room("standup").Describe();
            if (report.Files.IsEmpty && report.Snapshot!.Room.ParticipantCount == 1)
                break;
            await Task.Delay(20);
        }
        Assert.Empty((await server.Server.Room("standup").Describe()).Files);
    }
}
