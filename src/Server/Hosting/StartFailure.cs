using System.Net.Sockets;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Why the server does not start, where whoever starts it can do something about it: in one line, without a stack.</summary>
internal static class StartFailure
{
    /// <returns>Null where it is a fault of ours, to be seen whole.</returns>
    public static string? Explain(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is MediaPortException media)
                return $"Media:{(media.Protocol == ProtocolType.Udp ? "UdpPort" : "TcpPort")}: cannot listen on {media.Message}. {Advice}";
            // Kestrel's; its text names the address.
            if (cause is IOException { InnerException: SocketException or Microsoft.AspNetCore.Connections.AddressInUseException })
                return $"Http:Urls: {cause.Message} {Advice}";
        }
        return null;
    }

    private const string Advice = "Another program, or another copy of this server, may have the port.";
}
