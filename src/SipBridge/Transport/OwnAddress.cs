using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>Which address of this machine another one is reached from; asks the routing table, sends nothing.</summary>
internal static class OwnAddress
{
    public static IPAddress Towards(TransportAddress remote)
    {
        var address = remote.ToIPAddress();
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(address, 5060);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }
}
