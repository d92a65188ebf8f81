using System.Net;
using System.Text.Json;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests;

/// <summary>What pages are told about phones, and the picture they show to them.</summary>
public sealed class PublicPhoneTests
{
    [Fact(DisplayName = "Pages are told what a phone dials, with a place for the room's name")]
    public async Task The_address_of_phones()
    {
        await using var phones = await PhoneServer.StartAsync();
        using var config = JsonDocument.Parse(await phones.Server.Http.GetStringAsync("/api/v1/public/config"));
        var sip = config.RootElement.GetProperty("sip");
        Assert.Equal($"sip:{{room}}@127.0.0.1:{phones.Port}", sip.GetProperty("address").GetString());
        Assert.False(sip.GetProperty("dialOut").GetBoolean());
        Assert.Equal(1, config.RootElement.GetProperty("protocol").GetInt32());
    }

    [Fact(DisplayName = "A domain of our own is what phones dial")]
    public async Task The_address_in_a_domain()
    {
        await using var phones = await PhoneServer.StartAsync("--Sip:Domains:0=meet.example.net");
        using var config = JsonDocument.Parse(await phones.Server.Http.GetStringAsync("/config.json"));
        Assert.Equal("sip:{room}@meet.example.net", config.RootElement.GetProperty("sip").GetProperty("address").GetString());
    }

    [Fact(DisplayName = "Where no phone can call there is no address")]
    public async Task No_address()
    {
        await using var server = await RunningServer.StartAsync();
        using var config = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/public/config"));
        Assert.Equal(JsonValueKind.Null, config.RootElement.GetProperty("sip").GetProperty("address").ValueKind);
    }

    [Fact(DisplayName = "A room's page as a QR code: one picture a name, kept by browsers, whether the room exists or not")]
    public async Task The_picture()
    {
        await using var server = await RunningServer.StartAsync("--Rooms:Permanent=lobby");
        var reply = await server.Http.GetAsync("/api/v1/public/rooms/lobby/qr.svg");
        Assert.Equal("image/svg+xml", reply.Content.Headers.ContentType!.MediaType);
        Assert.Equal("public, max-age=3600", reply.Headers.CacheControl!.ToString());
        var picture = await reply.Content.ReadAsStringAsync();
        Assert.StartsWith("<svg ", picture, StringComparison.Ordinal);
        Assert.Equal(picture, await server.Http.GetStringAsync("/api/v1/public/rooms/LOBBY/qr.svg"));
        Assert.NotEqual(picture, await server.Http.GetStringAsync("/api/v1/public/rooms/nobody-here/qr.svg"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/api/v1/public/rooms/{new string('a', 65)}/qr.svg")).StatusCode);
        Assert.Equal("no-store", (await server.Http.GetAsync("/api/v1/public/rooms/lobby")).Headers.CacheControl!.ToString());
    }
}
