using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server;

/// <summary>The one line a person sees after starting the server.</summary>
internal static class Greeting
{
    public static string For(IHost app, StartupOptions startup)
    {
        var address = AddressOf(app);
        var shown = startup.Options.Server.PublicHost is { Length: > 0 } host ? $"{new Uri(address).Scheme}://{host}" : address;
        return $"Sylk.Conference {StartupOptions.Version} is listening on {address} - open {shown}/r/{RoomName.Random()}";
    }

    public static string AddressOf(IHost app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return (addresses?.FirstOrDefault() ?? "http://localhost:8080").Replace("[::]", "localhost", StringComparison.Ordinal).TrimEnd('/');
    }
}
