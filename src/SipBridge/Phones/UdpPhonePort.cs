using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>A UDP socket read and written through the overloads that do not allocate.</summary>
internal sealed class UdpPhonePort : IPhonePort
{
    private const int BufferBytes = 256 * 1024;
    private const int IPv4Offset = 4, IPv6Offset = 8;

    /// <summary>A failing way is not tried with each packet: every failure is an exception.</summary>
    private const int SkippedAfterFailure = 50;

    private readonly Socket _socket;
    private readonly bool _isIPv6;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private TransportAddress _written;
    private int _skip;

    private UdpPhonePort(Socket socket, int number)
    {
        _socket = socket;
        Number = number;
        _isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
    }

    public int Number { get; }

    /// <returns>Null when somebody else has the port.</returns>
    public static UdpPhonePort? TryOpen(IPAddress? bind, bool withIPv6, int number)
    {
        var family = bind?.AddressFamily ?? (withIPv6 && Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (bind is null && family == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Blocking = false;
            socket.ReceiveBufferSize = BufferBytes;
            socket.Bind(new IPEndPoint(bind ?? (family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any), number));
            return new UdpPhonePort(socket, number);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public bool TryReceive(Span<byte> buffer, out int length, out TransportAddress from)
    {
        (length, from) = (0, default);
        try
        {
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                return false;
            }

            _from.Size = _from.Buffer.Length;
            length = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            from = Read(_from.Buffer.Span);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Send(ReadOnlySpan<byte> datagram, in TransportAddress to)
    {
        if ((_skip > 0 && _skip-- > 0) || !TryWrite(to))
        {
            return;
        }

        try
        {
            _socket.SendTo(datagram, SocketFlags.None, _to);
        }
        catch (SocketException)
        {
            _skip = SkippedAfterFailure;
        }
    }

    public void Dispose() => _socket.Dispose();

    private TransportAddress Read(ReadOnlySpan<byte> raw)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(raw[2..]);
        return _isIPv6 ? TransportAddress.FromBytes(raw.Slice(IPv6Offset, 16), port) : TransportAddress.FromBytes(raw.Slice(IPv4Offset, 4), port);
    }

    private bool TryWrite(in TransportAddress to)
    {
        if (to == _written)
        {
            return true;
        }

        if (!_isIPv6 && !to.IsIPv4)
        {
            return false;
        }

        var raw = _to.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(raw[2..], to.Port);
        if (_isIPv6)
        {
            to.WriteAddress(raw[IPv6Offset..]);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(raw[IPv4Offset..], to.IPv4);
        }

        _written = to;
        return true;
    }
}
