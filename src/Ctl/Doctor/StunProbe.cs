using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>One authentic STUN check (RFC 8445) to a media address, repeated like a browser would.</summary>
internal static class StunProbe
{
    private const int Longest = 548;
    private const int Attempts = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <returns>The round trip, or null when nothing authentic came back.</returns>
    public static async Task<TimeSpan?> UdpAsync(IPEndPoint to, MediaAnswer answer, CancellationToken stop)
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var (id, password, buffer) = (StunTransactionId.Create(), Encoding.ASCII.GetBytes(answer.Password), new byte[Longest]);
        var request = Request(id, answer.Ufrag, password);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Interval);
            var sent = Stopwatch.GetTimestamp();
            try
            {
                await socket.ConnectAsync(to, patience.Token);
                await socket.SendAsync(request, patience.Token);
                while (!IsAnswer(buffer.AsSpan(0, await socket.ReceiveAsync(buffer, patience.Token)), id, password))
                {
                }
                return Stopwatch.GetElapsedTime(sent);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Lost on the way, or nobody there: once more.
            }
            catch (SocketException)
            {
                return null;
            }
        }
        return null;
    }

    /// <returns>How long the connection took, or null when there is none.</returns>
    public static async Task<TimeSpan?> TcpAsync(IPEndPoint to, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Interval * Attempts);
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await socket.ConnectAsync(to, patience.Token);
            return Stopwatch.GetElapsedTime(began);
        }
        catch (Exception problem) when (problem is SocketException || (problem is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private static byte[] Request(StunTransactionId id, string ufrag, byte[] password)
    {
        var buffer = new byte[Longest];
        var writer = new StunWriter(buffer, StunClass.Request, id);
        writer.AddUsername(Encoding.ASCII.GetBytes(ufrag), "doct"u8);
        writer.AddPriority(1);
        writer.AddUInt64(StunAttribute.IceControlling, 1);
        return buffer[..writer.Finish(password)];
    }

    private static bool IsAnswer(ReadOnlySpan<byte> datagram, StunTransactionId id, byte[] password) =>
        StunMessage.TryParse(datagram, out var message, out _) && message.Class == StunClass.Success
        && message.TransactionId == id && message.VerifyIntegrity(password);
}
