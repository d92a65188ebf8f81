using System.Net;
using System.Net.NetworkInformation;
using Sylk.Conference.Ctl.Cli;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>The server that is looked at, and from where.</summary>
internal sealed class Patient
{
    private Patient(RestClient rest, IPAddress[] addresses, bool isHere) => (Rest, Addresses, IsHere) = (rest, addresses, isHere);

    public RestClient Rest { get; }

    public Uri Server => Rest.Server;

    /// <summary>What its name stands for; empty when it stands for nothing.</summary>
    public IPAddress[] Addresses { get; }

    /// <summary>It runs on this machine, as far as addresses tell.</summary>
    public bool IsHere { get; }

    public static async Task<Patient> OfAsync(Session session, CancellationToken stop)
    {
        var host = session.Rest.Server.Host.Trim('[', ']');
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, stop);
        }
        catch (System.Net.Sockets.SocketException)
        {
            addresses = [];
        }
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(entry => entry.Address).ToHashSet();
        return new Patient(session.Rest, addresses, addresses.Any(address => IPAddress.IsLoopback(address) || own.Contains(address)));
    }
}
