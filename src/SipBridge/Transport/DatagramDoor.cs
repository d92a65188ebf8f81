using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.SipBridge;

/// <summary>SIP over UDP on one socket; STUN Binding requests are answered on it too (RFC 5626 section 4.4.2).</summary>
internal sealed class DatagramDoor : IAsyncDisposable
{
    private const int Largest = 65_535;

    /// <summary>Shortest request that could be one; what is below are keep-alives: CRLF, a zero byte.</summary>
    private const int Shortest = 16;
    private readonly Socket _socket;
    private readonly SipEndpoint _endpoint;
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _stun = new byte[128];
    private Task _reading = Task.CompletedTask;

    public DatagramDoor(IPEndPoint address, SipEndpoint endpoint)
    {
        _endpoint = endpoint;
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(address);
        Local = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint Local { get; }

    public void Start() => _reading = ReadAsync();

    public void Send(SipSend send)
    {
        try
        {
            _socket.SendTo(send.Bytes.Span, send.Flow.Remote.ToIPEndPoint());
        }
        catch (SocketException)
        {
            _endpoint.Fail(send.Flow);
        }
        catch (ObjectDisposedException)
        {
            // We stop; nobody waits for this any more.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[Largest];
        var local = TransportAddress.From(Local);
        EndPoint any = new IPEndPoint(Local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);
                var remote = TransportAddress.From((IPEndPoint)got.RemoteEndPoint);
                if (got.ReceivedBytes >= Shortest && !TryAnswerStun(buffer.AsSpan(0, got.ReceivedBytes), remote))
                    _endpoint.Offer(new SipFlow(SipTransport.Udp, remote, 0, local), buffer.AsSpan(0, got.ReceivedBytes).ToArray());
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // Linux reports an earlier send's ICMP error here; the transaction's timers know better what it means.
            }
        }
    }

    private bool TryAnswerStun(ReadOnlySpan<byte> datagram, TransportAddress remote)
    {
        if (datagram[0] > 1 || !StunMessage.TryParse(datagram, out var message, out _))
            return datagram[0] <= 1;
        if (message is { Method: StunMethod.Binding, Class: StunClass.Request })
        {
            var writer = new StunWriter(_stun, StunClass.Success, message.TransactionId);
            writer.AddXorMappedAddress(remote);
            var length = writer.Finish([]);
            Send(new SipSend(new SipFlow(SipTransport.Udp, remote), _stun.AsMemory(0, length)));
        }
        return true;
    }
}
