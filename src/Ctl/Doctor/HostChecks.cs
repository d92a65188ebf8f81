using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>What only the server's own machine knows: socket buffers, and who has the SIP ports.</summary>
internal static class HostChecks
{
    /// <summary>What the media sockets ask for.</summary>
    private const long WantedBuffer = 8 << 20;
    private static readonly (int Port, bool Tcp)[] SipPorts = [(5060, false), (5060, true), (5061, true)];

    /// <param name="folder">Where the kernel's settings are, normally <c>/proc/sys/net/core</c>.</param>
    public static IReadOnlyList<Finding> Buffers(Patient patient, string folder = "/proc/sys/net/core")
    {
        if (!patient.IsHere)
            return [Finding.Skipped("UDP buffers", "the server is on another machine")];
        if (!Directory.Exists(folder))
            return [Finding.Skipped("UDP buffers", "this system has other settings")];
        return [Buffer(folder, "rmem_max"), Buffer(folder, "wmem_max")];
    }

    public static IReadOnlyList<Finding> Sip(Patient patient, IReadOnlyList<(int Port, bool Tcp)>? ports = null) => patient.IsHere
        ? [.. (ports ?? SipPorts).Select(entry => SipPort(entry.Port, entry.Tcp))]
        : [Finding.Skipped("SIP port", "the server is on another machine")];

    private static Finding Buffer(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file) || !long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var size))
            return Finding.Skipped("UDP buffers", $"net.core.{name} cannot be read");
        return size >= WantedBuffer
            ? Finding.Ok("UDP buffers", $"net.core.{name} = {size}")
            : Finding.Warning("UDP buffers", $"net.core.{name} = {size}, wanted are {WantedBuffer}", $"sysctl -w net.core.{name}={WantedBuffer}, and in /etc/sysctl.d for good. A server with CAP_NET_ADMIN does not need it.");
    }

    private static Finding SipPort(int port, bool tcp)
    {
        var name = $"{port}/{(tcp ? "tcp" : "udp")}";
        try
        {
            using var socket = tcp
                ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.ExclusiveAddressUse = true;
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            if (tcp)
                socket.Listen(1);
            return Finding.Ok("SIP port", $"{name} is free");
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Finding.Failed("SIP port", $"{name} is in use by another program", "Stop that program (often asterisk or kamailio), or give one of the two another port.");
        }
        catch (SocketException problem)
        {
            return Finding.Skipped("SIP port", $"{name}: {problem.SocketErrorCode}");
        }
    }
}
