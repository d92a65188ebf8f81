using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Load.Serving;

/// <summary>
/// Ports of loopback for programs that a test or a bench starts. Not of the range that the system gives to outgoing connections
/// (32768 on): there a client's socket may take a port between its choice and the program's start. Nor those of phones (20000 on).
/// </summary>
internal static class FreePort
{
    private const int First = 12_000, Count = 8_000;
    private static int _next = Random.Shared.Next(Count);

    /// <summary>Free now, and not given out before by this process.</summary>
    public static int Take(SocketType type)
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var probe = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException("No port is free.");
    }
}
