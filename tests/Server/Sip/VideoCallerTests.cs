using System.Text;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>What signalling and the room say about a caller's camera (section 9.11).</summary>
public sealed class VideoCallerTests
{
    private const string Sound = "v=0\r\ns=phone\r\n";
    private const string WithCamera = "v=0\r\ns=phone\r\nm=video\r\n";

    [Fact(DisplayName = "A caller with a camera gets a track for it beside the voice's; one without gets none; it may come by re-INVITE, and again after hold")]
    public async Task Camera()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        Assert.Equal(200, (await phone.CallAsync(Sound)).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("welcome"));
        Assert.Empty(server.Legs.Orders.OfType<EnterVideo>());

        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", WithCamera)).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterVideo>().Any());
        var entered = Assert.Single(server.Legs.Orders.OfType<EnterVideo>());
        Assert.StartsWith("tr_", entered.TrackId, StringComparison.Ordinal);
        Assert.NotEqual(server.Legs.Orders.OfType<EnterMix>().Single().TrackId, entered.TrackId);
        Assert.False(entered.Muted);

        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", WithCamera + "a=sendonly\r\n")).Status);
        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", WithCamera)).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterVideo>().Count() == 2);
        Assert.Equal(entered, server.Legs.Orders.OfType<EnterVideo>().Last());
    }

    [Fact(DisplayName = "Camera and voice of an INVITE enter the room together")]
    public async Task AtOnce()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync(WithCamera);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<PreferTracks>().Any());
        Assert.Single(server.Legs.Orders.OfType<EnterMix>());
        Assert.NotEmpty(Assert.Single(server.Legs.Orders.OfType<EnterVideo>()).TrackId);
    }

    [Fact(DisplayName = "VID-3 picture_fast_update by INFO is answered 200 and asks the room; ours goes out when the leg cannot be asked otherwise")]
    public async Task Info()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync(WithCamera);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterVideo>().Any());
        const string Wish = "<?xml version=\"1.0\"?><media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>";
        Assert.Equal(200, (await phone.AskAsync("INFO", "application/media_control+xml", Wish)).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<RefreshPicture>().Any());
        Assert.Equal(200, (await phone.AskAsync("INFO", "application/media_control+xml", "<media_control/>")).Status);

        server.Legs.Happen((room, leg) => new LegWantsPicture(room, leg));
        var info = await phone.HearAsync("INFO");
        Assert.Equal("application/media_control+xml", info.ContentType?.Name);
        Assert.Contains("<picture_fast_update/>", Encoding.ASCII.GetString(info.Body.Span), StringComparison.Ordinal);
        Assert.Single(server.Legs.Orders.OfType<RefreshPicture>());
    }

    [Fact(DisplayName = "A call of the room offers video when it is asked to; refused for its media, it is offered again with sound alone")]
    public async Task Placed()
    {
        using var callee = new WireCallee();
        await using var server = await PhoneServer.StartAsync("--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowDomains=127.0.0.1");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        var address = $"sip:bob@127.0.0.1:{callee.Port}";
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("Dial", new { address, media = new[] { "video" } })));

        await alice.OkAsync("Dial", new { address, media = new[] { "audio", "video" } });
        await callee.RefuseAsync(await callee.HearAsync("INVITE"), 488);
        await callee.RefuseAsync(await callee.HearAsync("INVITE"), 486);
        Assert.Equal([true, false], server.Legs.Offers.Select(offer => offer.OffersVideo));

        await alice.OkAsync("Dial", new { address });
        await callee.RefuseAsync(await callee.HearAsync("INVITE"), 486);
        Assert.False(server.Legs.Offers.Last().OffersVideo);

        await alice.OkAsync("Dial", new { address, media = new[] { "audio", "video" } });
        callee.Answer = WithCamera;
        await callee.AnswerAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterVideo>().Any());
        Assert.StartsWith("tr_", server.Legs.Orders.OfType<EnterVideo>().First().TrackId, StringComparison.Ordinal);
    }
}
