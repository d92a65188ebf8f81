using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>RFC 5547 section 8.4: files whose connection breaks off, stands still, or of which there are too many.</summary>
public sealed class MsrpBrokenFileTests
{
    private static readonly byte[] Picture = [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i * 11))];

    [Fact(DisplayName = "A push whose connection breaks off goes on in the same call from any byte that is here; the file is whole")]
    public async Task GoesOnInTheSameCall()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (media, peer) = await OfferAsync(phone);
        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        await peer.DisposeAsync();
        await Task.Delay(300);

        await using var again = await ConnectAsync(media, peer.Path);
        Assert.Equal(200, await again.SendAsync(Picture[12_000..], "f", $"12001-{Picture.Length}/{Picture.Length}", type: "image/png"));
        await IsWholeAsync(server, alice);
    }

    [Fact(DisplayName = "A push that broke off goes on in another call with its id and a file-range; where nothing is kept that is 488")]
    public async Task GoesOnInAnotherCall()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (_, peer) = await OfferAsync(phone);
        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        await peer.DisposeAsync();
        await Task.Delay(300);
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);

        using var beyond = server.Phone();
        Assert.Equal(488, (await beyond.CallAsync(Offer(MsrpPeer.NewPath(), 16_002))).Status);
        using var stranger = server.Phone(from: "<sip:mallory@phones.example>");
        Assert.Equal(488, (await stranger.CallAsync(Offer(MsrpPeer.NewPath(), 16_001))).Status);
        using var other = server.Phone();
        var (media, rest) = await OfferAsync(other, 16_001);
        Assert.Equal(16_001, media.FileRange?.Start);
        Assert.Equal(200, await rest.SendAsync(Picture[16_000..], "g", $"16001-{Picture.Length}/{Picture.Length}", type: "image/png"));
        await IsWholeAsync(server, alice);
        await rest.DisposeAsync();
        using var twice = server.Phone();
        Assert.Equal(488, (await twice.CallAsync(Offer(MsrpPeer.NewPath(), 16_001))).Status);
    }

    [Fact(DisplayName = "What broke off and is not fetched is thrown away after five minutes")]
    public async Task IsForgotten()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (_, peer) = await OfferAsync(phone);
        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        await peer.DisposeAsync();
        await Task.Delay(300);
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
        Assert.NotEmpty(await server.Server.Services.GetRequiredService<IFileContent>().AllAsync());
        server.Server.Time.Advance(TimeSpan.FromMinutes(5));
        await NothingIsKeptAsync(server);
    }

    [Fact(DisplayName = "A file that stands still for the time of a chunk ends with BYE, and nothing of it is kept")]
    public async Task StandsStill()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (_, peer) = await OfferAsync(phone);
        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        server.Server.Time.Advance(TimeSpan.FromSeconds(121));
        await phone.HearAsync("BYE");
        await NothingIsKeptAsync(server);
        await peer.DisposeAsync();
    }

    [Fact(DisplayName = "L19: one caller moves three files at a time, the fourth is 486")]
    public async Task TooMany()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        List<WirePhone> phones = [server.Phone(), server.Phone(), server.Phone(), server.Phone()];
        foreach (var phone in phones[..3])
            await (await OfferAsync(phone)).Peer.BindAsync();
        Assert.Equal(486, (await phones[3].CallAsync(Offer(MsrpPeer.NewPath(), 1))).Status);
        Assert.Equal(200, (await phones[0].AskAsync("BYE")).Status);
        using var fifth = server.Phone();
        Assert.Equal(200, (await fifth.CallAsync(Offer(MsrpPeer.NewPath(), 1))).Status);
        phones.ForEach(phone => phone.Dispose());
    }

    private static string Offer(string path, int first) => MsrpMember.Offer(
        path, more: "a=setup:active\r\na=sendonly\r\na=file-selector:"
            + new MsrpFileSelector("holiday.png", "image/png", Picture.Length, SHA1Of(Picture)) + "\r\na=file-transfer-id:t1\r\n"
            + (first > 1 ? $"a=file-range:{first}-*\r\n" : ""));

#pragma warning disable CA5350 // RFC 5547 has no other hash
    private static byte[] SHA1Of(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350

    private static async Task<(MsrpMedia Media, MsrpPeer Peer)> OfferAsync(WirePhone phone, int first = 1)
    {
        var path = MsrpPeer.NewPath();
        var answer = await phone.CallAsync(Offer(path, first));
        Assert.Equal(200, answer.Status);
        var media = MsrpMember.MediaOf(answer);
        return (media, await ConnectAsync(media, path));
    }

    private static async Task<MsrpPeer> ConnectAsync(MsrpMedia media, string path)
    {
        var peer = await MsrpPeer.ConnectAsync(media.Port, path: path);
        peer.Target = media.Path[0].ToString();
        Assert.Equal(200, await peer.BindAsync());
        return peer;
    }

    private static async Task IsWholeAsync(PhoneServer server, HubClient alice)
    {
        var shared = (await alice.NextAsync("FileShared")).GetProperty("file");
        Assert.Equal(("holiday.png", Picture.Length), (shared.GetProperty("name").GetString(), shared.GetProperty("size").GetInt32()));
        Assert.Equal(Picture, await server.Server.Http.GetByteArrayAsync(new Uri(shared.GetProperty("url").GetString()!, UriKind.Relative)));
    }

    private static async Task NothingIsKeptAsync(PhoneServer server)
    {
        var content = server.Server.Services.GetRequiredService<IFileContent>();
        for (var i = 0; i < 250 && (await content.AllAsync()).Count > 0; i++)
            await Task.Delay(20);
        Assert.Empty(await content.AllAsync());
    }
}
