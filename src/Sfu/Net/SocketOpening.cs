using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Sfu.Net;

/// <summary>Opens the shard's sockets: both families on one socket where the machine has IPv6, IPv4 alone where it has not.</summary>
internal static class SocketOpening
{
    /// <summary>Room for about a quarter of a second at 10,000 full packets per second; the kernel may grant less.</summary>
    private const int BufferBytes = 8 << 20;

    private const int SolSocket = 1;
    private const int SoSendBufferForce = 32;
    private const int SoReceiveBufferForce = 33;

    public static Socket Udp(DatagramTransportOptions options)
    {
        var socket = Create(options.BindAddress, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            GrowBuffers(socket);
            socket.Blocking = false;
            Bind(socket, options.BindAddress, options.UdpPort);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Socket TcpListener(DatagramTransportOptions options)
    {
        var socket = Create(options.BindAddress, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Blocking = false;
            Bind(socket, options.BindAddress, options.TcpPort);
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Create(IPAddress? address, SocketType type, ProtocolType protocol)
    {
        var family = address?.AddressFamily ?? (Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        var socket = new Socket(family, type, protocol);
        if (address is null && family == AddressFamily.InterNetworkV6) socket.DualMode = true;
        return socket;
    }

    private static void Bind(Socket socket, IPAddress? address, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(address ?? (socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any), port));
        }
        catch (SocketException problem)
        {
            throw new MediaPortException(socket.ProtocolType, port, problem);
        }
    }

    /// <summary>A privileged process may exceed the system's ceiling; everybody else gets as much of it as is allowed.</summary>
    private static void GrowBuffers(Socket socket)
    {
        if (!TryForce(socket, SoReceiveBufferForce)) socket.ReceiveBufferSize = BufferBytes;
        if (!TryForce(socket, SoSendBufferForce)) socket.SendBufferSize = BufferBytes;
    }

    private static bool TryForce(Socket socket, int option)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            socket.SetRawSocketOption(SolSocket, option, BitConverter.GetBytes(BufferBytes));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
