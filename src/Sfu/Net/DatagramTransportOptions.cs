using System.Net;

namespace Sylk.Conference.Sfu.Net;

/// <param name="UdpPort">Port of the UDP socket; 0 lets the system choose.</param>
/// <param name="TcpPort">Port of the ICE-TCP listener (RFC 6544, passive); 0 means none.</param>
/// <param name="BindAddress">The one address to bind; null binds every address of both families.</param>
/// <param name="GenericSegmentation">Hand a run of equal datagrams to the kernel as one send (UDP_SEGMENT). Linux only.</param>
/// <param name="GenericReceive">Let the kernel hand over several datagrams of one flow at once (UDP_GRO). Linux only.</param>
/// <param name="PinSourceAddress">Answer from the address the remote sent to, which matters where the host has several. Linux only.</param>
internal sealed record DatagramTransportOptions(
    int UdpPort,
    int TcpPort = 0,
    IPAddress? BindAddress = null,
    bool GenericSegmentation = true,
    bool GenericReceive = false,
    bool PinSourceAddress = true);
