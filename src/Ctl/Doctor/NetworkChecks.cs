using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>Media as a browser would meet it from here: are the announced addresses right, and do their ports answer?</summary>
internal static class NetworkChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, CancellationToken stop)
    {
        MediaAnswer answer;
        try
        {
            answer = await HubProbe.AskAsync(patient.Server, stop);
        }
        catch (Exception problem) when (problem is WebSocketException or IOException or HttpRequestException)
        {
            return [Finding.Failed("network", $"the network test of pages does not work: {problem.Message}", "A proxy in front must pass WebSockets to /hubs.")];
        }
        var ports = new Finding("ports to open", "ok", string.Join(", ", Ports(patient, answer)));
        return [ports, .. Announced(patient, answer), .. await Task.WhenAll(answer.Addresses.Select(address => ReachAsync(address, answer, stop)))];
    }

    private static IEnumerable<string> Ports(Patient patient, MediaAnswer answer) =>
        answer.Addresses.Select(address => $"{address.Port}/{(address.IsTcp ? "tcp (for networks without UDP)" : "udp")}")
            .Prepend($"{patient.Server.Port}/tcp").Distinct();

    /// <summary>An address that only the server's own network knows, announced to people elsewhere.</summary>
    private static IEnumerable<Finding> Announced(Patient patient, MediaAnswer answer)
    {
        var announced = answer.Addresses.Select(address => IPAddress.TryParse(address.Host, out var ip) ? ip : null).OfType<IPAddress>().Distinct().ToList();
        var detail = string.Join(", ", announced);
        if (patient.Addresses.Any(address => !IsPrivate(address)) && announced.All(IsPrivate))
        {
            yield return Finding.Failed(
                "announced address", $"{detail}, but {patient.Server.Host} is {string.Join(", ", patient.Addresses.AsEnumerable())}",
                $"Set Media:AnnouncedAddresses to {patient.Addresses.First(address => !IsPrivate(address))}.");
        }
        else if (announced.Count > 0 && announced.All(IPAddress.IsLoopback) && !patient.IsHere)
            yield return Finding.Failed("announced address", detail, "Set Media:AnnouncedAddresses to an address others can reach.");
        else
            yield return Finding.Ok("announced address", detail);
    }

    private static async Task<Finding> ReachAsync(MediaAddress address, MediaAnswer answer, CancellationToken stop)
    {
        if (!IPAddress.TryParse(address.Host, out var ip))
            return Finding.Skipped("media port", $"{address} is a name");
        var to = new IPEndPoint(ip, address.Port);
        var took = address.IsTcp ? await StunProbe.TcpAsync(to, stop) : await StunProbe.UdpAsync(to, answer, stop);
        if (took is { } time)
            return Finding.Ok("media port", string.Create(CultureInfo.InvariantCulture, $"{address} answers in {time.TotalMilliseconds:0.#} ms"));
        return address.IsTcp
            ? Finding.Warning("media port", $"{address} is closed", $"Open {address.Port}/tcp for people whose networks block UDP.")
            : Finding.Failed("media port", $"{address} does not answer", $"Open {address.Port}/udp to this address in every firewall, or correct Media:AnnouncedAddresses.");
    }

    internal static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain))
            return true;
        if (plain.AddressFamily != AddressFamily.InterNetwork)
            return plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal;
        var bytes = plain.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] is >= 64 and < 128);
    }
}
