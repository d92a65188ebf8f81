using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Sylk.Conference.Load.Serving;

/// <summary>
/// Where server and peers meet. Packets to an address of the same machine take the loopback interface, whichever address it is;
/// Janus never offers 127.0.0.1 and binds to an interface, so it and its peers need another one.
/// </summary>
internal static class MachineAddress
{
    public static readonly IPAddress Loopback = IPAddress.Loopback;

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IPAddress BesidesLoopback() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(link => link.OperationalStatus != OperationalStatus.Down && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(link => link.GetIPProperties().UnicastAddresses)
        .FirstOrDefault(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork)?.Address
        ?? throw new InvalidOperationException("Janus needs an IPv4 address besides loopback: use tests/in-namespace.sh.");

    /// <summary>In host order.</summary>
    public static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
