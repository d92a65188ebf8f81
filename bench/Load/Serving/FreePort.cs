using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Load.Serving;

/// <summary>Asks the system for a port that is free now.</summary>
internal static class FreePort
{
    public static int Take(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
