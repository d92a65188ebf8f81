using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

/// <summary>What pages may ask before anybody has joined.</summary>
internal static class PublicApi
{
    private const int MaxBeacon = 4096;

    public static void MapPublicApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<SylkOptions>();
        var tools = app.Services.GetRequiredService<RoomTools>();
        var door = app.Services.GetRequiredService<RoomDoor>();
        var config = new PageConfig(() => Config(options, tools.Settings), app.Services.GetService<SipDoor>());
        app.Services.GetRequiredService<LiveOptions>().Changed += config.Forget;
        app.MapGet("/config.json", context => WriteConfigAsync(context, config.Current()));
        app.MapGet("/api/v1/public/config", context => WriteConfigAsync(context, config.Current()));
        app.MapPost("/api/v1/public/rooms/{room}/leave", context => LeaveAsync(context, door));
    }

    private static object Config(SylkOptions options, RoomsSettings settings) => new
    {
        StartupOptions.Version,
        options.Server.PublicHost,
        options.Web.Branding,
        Rooms = new { AutoCreate = settings.AutoCreate == AutoCreate.Anyone, settings.MaxParticipants, options.Rooms.DefaultLanguage },
        Media = new { options.Media.VideoCodecs, options.Media.MaxBitrateBps, options.Media.StunServers },
        Features = new { Chat = true, Files = options.Files.Enabled, Dial = options.Sip.Enabled && options.Sip.DialOut.Enabled, Recording = false, Whip = true, SignIn = options.Auth.Oidc.Authority.Length > 0 },
        Protocol = 1,
    };

    private static Task WriteConfigAsync(HttpContext context, byte[] config)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.Body.WriteAsync(config).AsTask();
    }

    /// <summary>A closing page's last word (sendBeacon): the resume key proves who speaks. Tells nobody whether it was right.</summary>
    private static async Task LeaveAsync(HttpContext context, RoomDoor door)
    {
        var (body, _) = await RequestText.ReadAsync(context.Request, MaxBeacon);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (!RoomName.TryNormalize((string?)context.Request.RouteValues["room"], out var room) || Parse(body) is not { } leave)
            return;
        await door.Room(room).LeaveByKey(leave.ParticipantId ?? "", leave.ResumeKey ?? "");
    }

    private static LeaveBody? Parse(string? body)
    {
        try
        {
            return body is null ? null : JsonSerializer.Deserialize<LeaveBody>(body, Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record LeaveBody
    {
        public string? ParticipantId { get; init; }
        public string? ResumeKey { get; init; }
    }
}
