using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Peers;

/// <summary>A UDP socket of one peer, read by one loop.</summary>
public sealed class UdpOutput : IPeerOutput, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly SocketAddress _from = new(AddressFamily.InterNetwork);
    private readonly IPEndPoint _any = new(IPAddress.Any, 0);
    private TransportAddress _lastTo;
    private SocketAddress? _lastAddress;

    public UdpOutput()
    {
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(_any);
    }

    public void Send(in TransportAddress to, ReadOnlySpan<byte> datagram)
    {
        if (_lastAddress is null || _lastTo != to)
            (_lastTo, _lastAddress) = (to, to.ToIPEndPoint().Serialize());
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, _lastAddress);
        }
        catch (SocketException)
        {
            // An unreachable candidate: ICE finds out by itself.
        }
    }

    /// <summary>Waits for one datagram; false when none came in time.</summary>
    public bool TryReceive(Span<byte> buffer, TimeSpan wait, out int length, out TransportAddress from)
    {
        (length, from) = (0, default);
        if (_socket.Available == 0 && !_socket.Poll(wait, SelectMode.SelectRead))
            return false;
        try
        {
            length = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            from = TransportAddress.From((IPEndPoint)_any.Create(_from));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
