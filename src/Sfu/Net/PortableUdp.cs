using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>One datagram per call through the SocketAddress overloads, which do not allocate.</summary>
internal sealed class PortableUdp
{
    private const int SlotBytes = 1 << 11;
    private const int MaxDatagrams = 64;
    private const int MaxErrorsPerTurn = 8;
    private const int IPv6Offset = 8;
    private const int IPv4Offset = 4;

    /// <summary>Windows reports ICMP port unreachable on the next receive unless told not to (SIO_UDP_CONNRESET).</summary>
    private const int WindowsConnectionReset = unchecked((int)0x9800000C);

    private readonly Socket _socket;
    private readonly TransportCounters _counters;
    private readonly bool _ipv6Socket;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;

    public PortableUdp(Socket socket, TransportCounters counters)
    {
        _socket = socket;
        _counters = counters;
        _ipv6Socket = socket.AddressFamily == AddressFamily.InterNetworkV6;
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
        if (OperatingSystem.IsWindows()) socket.IOControl(WindowsConnectionReset, [0, 0, 0, 0], null);
    }

    public void Receive(ReceiveBatch batch)
    {
        var errors = 0;
        for (var i = 0; i < MaxDatagrams && errors < MaxErrorsPerTurn; i++)
        {
            if (!_socket.Poll(0, SelectMode.SelectRead)) return;
            if (!TryReceiveOne(batch, i)) errors++;
        }
    }

    public void Send(in SendRun run, ReadOnlySpan<byte> data)
    {
        if (!TryWrite(run.Path.Remote))
        {
            _counters.CountSendDrop(SendDrop.Invalid, run.Datagrams);
            return;
        }

        for (; !data.IsEmpty; data = data[Math.Min(run.SegmentSize, data.Length)..])
        {
            SendOne(data[..Math.Min(run.SegmentSize, data.Length)]);
        }
    }

    private bool TryReceiveOne(ReceiveBatch batch, int slot)
    {
        try
        {
            _counters.ReceiveCalls++;
            _from.Size = _from.Buffer.Length;
            var length = _socket.ReceiveFrom(batch.Slab.AsSpan(slot * SlotBytes, SlotBytes), SocketFlags.None, _from);
            Take(batch, slot, length);
            return true;
        }
        catch (SocketException e)
        {
            // Windows and macOS say that a datagram did not fit; Linux cuts it, and its length says the same.
            if (e.SocketErrorCode != SocketError.MessageSize) _counters.ReceiveErrors++;
            else Take(batch, slot, SlotBytes);
            return false;
        }
    }

    private void Take(ReceiveBatch batch, int slot, int length)
    {
        _counters.DatagramsIn++;
        if (length == SlotBytes) _counters.Truncated++;
        else _counters.BytesIn += length;
        if (length > DatagramTransport.MaxDatagram)
        {
            _counters.OversizeDrops++;
            return;
        }

        if (length == 0) return;
        batch.PathSlot(slot) = new NetworkPath(ReadFrom());
        batch.Add(slot * SlotBytes, length, slot);
    }

    private void SendOne(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _counters.SendCalls++;
            _socket.SendTo(datagram, SocketFlags.None, _to);
            _counters.DatagramsOut++;
            _counters.BytesOut += datagram.Length;
        }
        catch (SocketException e)
        {
            _counters.CountSendDrop(ToDrop(e.SocketErrorCode));
        }
    }

    private TransportAddress ReadFrom()
    {
        var bytes = _from.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return _ipv6Socket
            ? TransportAddress.FromBytes(bytes.Slice(IPv6Offset, 16), port)
            : TransportAddress.FromBytes(bytes.Slice(IPv4Offset, 4), port);
    }

    private bool TryWrite(in TransportAddress remote)
    {
        if (!_ipv6Socket && !remote.IsIPv4) return false;
        var bytes = _to.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], remote.Port);
        if (_ipv6Socket) remote.WriteAddress(bytes[IPv6Offset..]);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes[IPv4Offset..], remote.IPv4);
        return true;
    }

    private static SendDrop ToDrop(SocketError error) => error switch
    {
        SocketError.WouldBlock => SendDrop.WouldBlock,
        SocketError.NoBufferSpaceAvailable => SendDrop.NoBuffers,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => SendDrop.Unreachable,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => SendDrop.Refused,
        SocketError.MessageSize => SendDrop.TooLarge,
        SocketError.InvalidArgument or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => SendDrop.Invalid,
        SocketError.AccessDenied => SendDrop.Denied,
        _ => SendDrop.Other,
    };
}
