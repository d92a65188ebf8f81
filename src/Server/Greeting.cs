using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server;

/// <summary>The one line a person sees after starting the server.</summary>
internal static class Greeting
{
    public static string For(IHost app, StartupOptions startup)
    {
        var address = AddressOf(app);
        var room = RoomName.Random();
        return $"Sylk.Conference {StartupOptions.Version} is listening on {address} - open {Shown(address, startup)}/r/{room}{Telephone(app, room)}";
    }

    private static string Telephone(IHost app, string room) =>
        app.Services.GetService<SipDoor>()?.AddressOf(room) is { } address ? $" or call {address}" : "";

    /// <summary>Only while there is no API key. The code stands in the fragment, which browsers send to nobody.</summary>
    public static string FirstKey(IHost app, StartupOptions startup, string code) =>
        $"Make the first API key, once: {Shown(AddressOf(app), startup)}/admin#bootstrap={code}";

    private static string Shown(string address, StartupOptions startup) =>
        startup.Options.Server.PublicHost is { Length: > 0 } host ? $"{new Uri(address).Scheme}://{host}" : address;

    public static string AddressOf(IHost app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return (addresses?.FirstOrDefault() ?? "http://localhost:8080").Replace("[::]", "localhost", StringComparison.Ordinal).TrimEnd('/');
    }
}
