using System.Net;

namespace Sylk.Conference.Sfu.Net;

/// <param name="UdpPort">Port of the UDP socket; 0 lets the system choose.</param>
/// <param name="TcpPort">Port of the ICE-TCP listener (RFC 6544, passive); 0 means none.</param>
/// <param name="BindAddress">The one address to bind; null binds every address of both families.</param>
/// <param name="GenericSegmentation">Hand a run of equal datagrams to the kernel as one send (UDP_SEGMENT). Linux only.</param>
/// <param name="GenericReceive">
/// Let the kernel hand over several datagrams of one flow at once (UDP_GRO). Costs nothing for many thin flows and saves most of the
/// receive for bursts; to be switched off where a network driver does it badly. Linux only.
/// </param>
/// <param name="PinSourceAddress">Where the host has several addresses, answer from the one the remote sent to. Linux only.</param>
internal sealed record DatagramTransportOptions(
    int UdpPort,
    int TcpPort = 0,
    IPAddress? BindAddress = null,
    bool GenericSegmentation = true,
    bool GenericReceive = true,
    bool PinSourceAddress = true);
