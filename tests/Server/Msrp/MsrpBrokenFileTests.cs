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

    [Fact(DisplayName = "A description that comes again while a file does disturbs nothing: the file is whole, and written once")]
    public async Task IsDescribedAgain()
    {
        var store = new MemoryStore();
        await using var server = new PhoneServer(await PhoneServer.OpenAsync(services => services.AddSingleton<IFileContent>(store)));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (_, peer) = await OfferAsync(phone);
        Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", Offer(peer.Path, 1))).Status);
        Assert.Equal(200, await peer.SendAsync(Picture[16_000..], "f", $"16001-{Picture.Length}/{Picture.Length}", type: "image/png"));
        await IsWholeAsync(server, alice);
        Assert.Equal(1, store.Begun);
        await peer.DisposeAsync();
    }

    [Fact(DisplayName = "A store that takes no more is 413 for every chunk, however many bytes come")]
    public async Task NoSpace()
    {
        await using var server = new PhoneServer(await PhoneServer.OpenAsync(services => services.AddSingleton<IFileContent>(new MemoryStore { IsFull = true })));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var (_, peer) = await OfferAsync(phone, size: 400_000);
        for (var first = 0; first < 300_000; first += 100_000)
            Assert.Equal(413, await peer.SendAsync(new byte[100_000], "f", $"{first + 1}-*/400000", '+', type: "image/png"));
        await peer.DisposeAsync();
        await phone.HearAsync("BYE");
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

    [Fact(DisplayName = "A file that begins anew replaces what is here of it, whatever its new id")]
    public async Task BeginsAnew()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        var content = server.Server.Services.GetRequiredService<IFileContent>();
        string? kept = null;
        foreach (var id in new[] { "t1", "t2" })
        {
            using var phone = server.Phone();
            var path = MsrpPeer.NewPath();
            var answer = await phone.CallAsync(Offer(path, 1).Replace("a=file-transfer-id:t1", $"a=file-transfer-id:{id}", StringComparison.Ordinal));
            var peer = await ConnectAsync(MsrpMember.MediaOf(answer), path);
            Assert.Equal(200, await peer.SendAsync(Picture[..16_000], "f", $"1-*/{Picture.Length}", '+', type: "image/png"));
            await peer.DisposeAsync();
            await Task.Delay(300);
            Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
            var here = Assert.Single(await content.AllAsync());
            Assert.NotEqual(kept, here);
            kept = here;
        }
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

    [Fact(DisplayName = "L19: one caller is one whatever its From says, and who asks for four at once has three")]
    public async Task TooManyNames()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        List<WirePhone> phones = [.. Enumerable.Range(0, 5).Select(i => server.Phone(from: $"<sip:name{i}@phones.example>"))];
        var statuses = await Task.WhenAll(phones.Select(async phone => (await phone.CallAsync(Offer(MsrpPeer.NewPath(), 1))).Status));
        Assert.Equal([200, 200, 200, 486, 486], statuses.Order());
        phones.ForEach(phone => phone.Dispose());
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

    private static string Offer(string path, int first, int? size = null) => MsrpMember.Offer(
        path, more: "a=setup:active\r\na=sendonly\r\na=file-selector:"
            + new MsrpFileSelector("holiday.png", "image/png", size ?? Picture.Length, SHA1Of(Picture)) + "\r\na=file-transfer-id:t1\r\n"
            + (first > 1 ? $"a=file-range:{first}-*\r\n" : ""));

#pragma warning disable CA5350 // RFC 5547 has no other hash
    private static byte[] SHA1Of(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350

    private static async Task<(MsrpMedia Media, MsrpPeer Peer)> OfferAsync(WirePhone phone, int first = 1, int? size = null)
    {
        var path = MsrpPeer.NewPath();
        var answer = await phone.CallAsync(Offer(path, first, size));
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

    /// <summary>One file in memory.</summary>
    private sealed class MemoryStore : IFileContent
    {
        private readonly List<byte> _content = [];

        public bool IsFull { get; init; }

        /// <summary>How often somebody began to write.</summary>
        public int Begun { get; private set; }

        public Task<long> LengthAsync(string id, CancellationToken cancellation = default) => Task.FromResult((long)_content.Count);

        public async Task<FileWrite> AppendAsync(string id, long offset, long size, Stream content, CancellationToken cancellation = default)
        {
            Begun++;
            if (IsFull)
                return FileWrite.NoSpace;
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellation);
            _content.AddRange(bytes.ToArray());
            return FileWrite.Written;
        }

        public Task<string> HashAsync(string id, CancellationToken cancellation = default) =>
            Task.FromResult(Convert.ToHexStringLower(SHA256.HashData(_content.ToArray())));

        public Task<Stream?> OpenAsync(string id, CancellationToken cancellation = default) => Task.FromResult<Stream?>(new MemoryStream([.. _content]));

        public Task DeleteAsync(string id, CancellationToken cancellation = default) => Task.CompletedTask;

        public Task<IReadOnlyCollection<string>> AllAsync(CancellationToken cancellation = default) => Task.FromResult<IReadOnlyCollection<string>>([]);
    }
}
