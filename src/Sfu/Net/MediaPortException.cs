using System.Net.Sockets;

namespace Sylk.Conference.Sfu;

/// <summary>A port of the media engine could not be opened: it is taken, not ours to open, or its address is not of this machine.</summary>
public sealed class MediaPortException : IOException
{
    /// <param name="protocol">UDP or TCP.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="cause">What the system says.</param>
    public MediaPortException(ProtocolType protocol, int port, SocketException cause)
        : base($"{protocol.ToString().ToUpperInvariant()} port {port}: {cause?.Message}", cause) => (Protocol, Port) = (protocol, port);

    public ProtocolType Protocol { get; }

    public int Port { get; }
}
