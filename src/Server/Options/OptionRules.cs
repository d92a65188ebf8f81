using System.Net;
using Sylk.Conference.Rooms;
using Sylk.Conference.Storage;

namespace Sylk.Conference.Server.Options;

/// <summary>What makes a configuration impossible. Every problem is named, not just the first.</summary>
internal static class OptionRules
{
    private static readonly string[] Codecs = ["VP8", "VP9", "H264", "AV1"];
    private static readonly string[] StorageWords = ["", "memory", "sqlite", "postgres"];
    private static readonly string[] AutoCreateWords = ["", "true", "signedIn", "false"];

    public static IEnumerable<string> Check(SylkOptions options) =>
        [.. CheckHttp(options.Http), .. CheckMedia(options.Media), .. CheckRooms(options.Rooms), .. CheckWeb(options.Web), .. CheckRest(options)];

    /// <summary>True when nobody outside this machine can reach the listeners.</summary>
    public static bool IsLoopbackOnly(HttpOptions http) => Addresses(http).All(text =>
        BindingAddress.Parse(text).Host is var host
        && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))));

    public static AutoCreate WhoMayOpen(SylkOptions options) => options.Rooms.AutoCreate.ToUpperInvariant() switch
    {
        "TRUE" => AutoCreate.Anyone,
        "FALSE" => AutoCreate.Nobody,
        "" when IsLoopbackOnly(options.Http) => AutoCreate.Anyone,
        _ => AutoCreate.SignedIn,
    };

    public static StorageSettings Storage(SylkOptions options, bool isDevelopment)
    {
        var mode = options.Storage.Mode.ToUpperInvariant() switch
        {
            "MEMORY" => StorageMode.Memory,
            "POSTGRES" => StorageMode.Postgres,
            "" when isDevelopment => StorageMode.Memory,
            _ => StorageMode.Sqlite,
        };
        return new(mode, options.Storage.Connection, options.Server.DataDir);
    }

    private static string[] Addresses(HttpOptions http) =>
        http.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> CheckHttp(HttpOptions http)
    {
        var addresses = Addresses(http);
        if (addresses.Length == 0)
            yield return "Http:Urls: name at least one address, such as http://localhost:8080.";
        foreach (var address in addresses.Where(address => !IsBinding(address)))
            yield return $"Http:Urls: \"{address}\" is not an address, such as http://localhost:8080.";
        foreach (var proxy in http.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
            yield return $"Http:TrustedProxies: \"{proxy}\" is not an IP address.";
        if (http.ConnectionsPerAddress < 1)
            yield return "Http:ConnectionsPerAddress: must be at least 1.";
    }

    private static IEnumerable<string> CheckMedia(MediaOptions media)
    {
        if (media.UdpPort is < 0 or > 65_535)
            yield return "Media:UdpPort: must be 0 to 65535.";
        if (media.TcpPort is < 0 or > 65_535)
            yield return "Media:TcpPort: must be 0 to 65535.";
        if (media.Shards is < 0 or > 16)
            yield return "Media:Shards: must be 0 (one per core) to 16.";
        if (media.RoomSeatsPerShard is < 1 or > 10_000)
            yield return "Media:RoomSeatsPerShard: must be 1 to 10000.";
        if (media.MaxBitrateBps is < 30_000 or > 100_000_000)
            yield return "Media:MaxBitrateBps: must be 30000 to 100000000.";
        foreach (var address in media.AnnouncedAddresses.Where(address => !IPAddress.TryParse(address, out _)))
            yield return $"Media:AnnouncedAddresses: \"{address}\" is not an IP address.";
        foreach (var codec in media.VideoCodecs.Where(codec => !Codecs.Contains(codec, StringComparer.Ordinal)))
            yield return $"Media:VideoCodecs: \"{codec}\" is not one of {string.Join(", ", Codecs)}.";
    }

    private static IEnumerable<string> CheckRooms(RoomsOptions rooms)
    {
        if (!AutoCreateWords.Contains(rooms.AutoCreate, StringComparer.OrdinalIgnoreCase))
            yield return $"Rooms:AutoCreate: \"{rooms.AutoCreate}\" is not true, signedIn or false.";
        if (rooms.MaxParticipants is < 1 or > RoomsSettings.ParticipantsLimit)
            yield return $"Rooms:MaxParticipants: must be 1 to {RoomsSettings.ParticipantsLimit}.";
        if (rooms.EmptyTimeoutMs < 0)
            yield return "Rooms:EmptyTimeoutMs: must not be negative.";
        if (rooms.DepartureTimeoutMs < 0)
            yield return "Rooms:DepartureTimeoutMs: must not be negative.";
        foreach (var name in rooms.Permanent.Where(name => !RoomName.TryNormalize(name, out _)))
            yield return $"Rooms:Permanent: \"{name}\" cannot name a room.";
    }

    private static IEnumerable<string> CheckWeb(WebOptions web)
    {
        if (web.Root.Length > 0 && !Directory.Exists(web.Root))
            yield return $"Web:Root: there is no folder {web.Root}.";
        foreach (var origin in web.EmbedOrigins.Where(origin => origin != "*" && !IsOrigin(origin)))
            yield return $"Web:EmbedOrigins: \"{origin}\" is not an origin, such as https://www.example.org.";
    }

    private static IEnumerable<string> CheckRest(SylkOptions options)
    {
        if (options.Observability.LogFormat is not ("text" or "json"))
            yield return $"Observability:LogFormat: \"{options.Observability.LogFormat}\" is not text or json.";
        if (!Enum.TryParse<LogLevel>(options.Observability.LogLevel, out _))
            yield return $"Observability:LogLevel: \"{options.Observability.LogLevel}\" is not one of {string.Join(", ", Enum.GetNames<LogLevel>())}.";
        if (!StorageWords.Contains(options.Storage.Mode, StringComparer.OrdinalIgnoreCase))
            yield return $"Storage:Mode: \"{options.Storage.Mode}\" is not memory, sqlite or postgres.";
        if (options.Storage is { Connection: "" } storage && storage.Mode.Equals("postgres", StringComparison.OrdinalIgnoreCase))
            yield return "Storage:Connection: is missing, but Storage:Mode is postgres.";
        if (options.Server.StopTimeoutMs < 0)
            yield return "Server:StopTimeoutMs: must not be negative.";
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    private static bool IsBinding(string address)
    {
        try
        {
            return BindingAddress.Parse(address) is { Scheme: "http" or "https" };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
