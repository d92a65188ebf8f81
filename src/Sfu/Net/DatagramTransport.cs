using Sylk.Conference.Sfu.Net.Linux;

namespace Sylk.Conference.Sfu.Net;

internal static class DatagramTransport
{
    /// <summary>Largest datagram that is looked at, and largest RFC 4571 frame (limit L1).</summary>
    public const int MaxDatagram = 1500;

    /// <summary>Opens the sockets.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port is taken or an address is not ours.</exception>
    public static IDatagramTransport Create(DatagramTransportOptions options) =>
        LinuxTransport.IsSupported ? new LinuxTransport(options) : new PortableTransport(options);
}
