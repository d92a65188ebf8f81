using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>Asks the DNS. An empty list: there is none, as far as anybody says.</summary>
internal interface IDnsSource
{
    Task<DnsAnswer<SipNaptr>> NaptrAsync(string name, CancellationToken stop);

    Task<DnsAnswer<SipSrv>> SrvAsync(string name, CancellationToken stop);

    /// <summary>AAAA and A, in the order they are to be tried.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string name, CancellationToken stop);
}

/// <summary>
/// Asks the servers of this machine: over UDP, from a port and with a number nobody can guess (RFC 5452), over TCP what does not fit.
/// Addresses are the system's matter, which knows its own hosts too.
/// </summary>
internal sealed class DnsClient(IReadOnlyList<IPEndPoint> servers) : IDnsSource
{
    private const string SystemFile = "/etc/resolv.conf";
    private const int MostServers = 3;
    private const int LargestDatagram = 4_096;
    private const uint AddressTtl = 60;

    /// <summary>For one server; then the next is asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    public static DnsClient OfSystem() => new(ReadServers(File.Exists(SystemFile) ? File.ReadAllLines(SystemFile) : []));

    /// <summary>The servers named in a resolv.conf; this machine where it names none.</summary>
    public static IReadOnlyList<IPEndPoint> ReadServers(IEnumerable<string> lines)
    {
        var named = lines.Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..]).Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, 53) : null)
            .OfType<IPEndPoint>().Take(MostServers).ToArray();
        return named.Length > 0 ? named : [new IPEndPoint(IPAddress.Loopback, 53)];
    }

    public Task<DnsAnswer<SipNaptr>> NaptrAsync(string name, CancellationToken stop) => AskAsync(name, DnsType.Naptr, DnsMessage.Naptr, stop);

    public Task<DnsAnswer<SipSrv>> SrvAsync(string name, CancellationToken stop) => AskAsync(name, DnsType.Srv, DnsMessage.Srv, stop);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string name, CancellationToken stop)
    {
        try
        {
            return new(await System.Net.Dns.GetHostAddressesAsync(name, stop).ConfigureAwait(false), AddressTtl);
        }
        catch (Exception problem) when (problem is SocketException or ArgumentException)
        {
            return new([], 0);
        }
    }

    private async Task<DnsAnswer<T>> AskAsync<T>(string name, DnsType type, Parse<T> parse, CancellationToken stop)
    {
        var question = DnsMessage.Question((ushort)RandomNumberGenerator.GetInt32(1 << 16), name, type);
        foreach (var server in question is null ? [] : servers)
        {
            if (await TryAskAsync(server, question!, stop).ConfigureAwait(false) is { } reply && !DnsMessage.HasFailed(reply)
                && parse(reply, question!.Length) is { } answer)
            {
                return answer;
            }
            stop.ThrowIfCancellationRequested();
        }
        return new([], 0);
    }

    private delegate DnsAnswer<T>? Parse<T>(ReadOnlySpan<byte> reply, int questionLength);

    private static async Task<byte[]?> TryAskAsync(IPEndPoint server, byte[] question, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        try
        {
            var reply = await AskDatagramAsync(server, question, late.Token).ConfigureAwait(false);
            return DnsMessage.IsCut(reply) ? await AskStreamAsync(server, question, late.Token).ConfigureAwait(false) : reply;
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or EndOfStreamException or IOException)
        {
            return null;
        }
    }

    private static async Task<byte[]> AskDatagramAsync(IPEndPoint server, byte[] question, CancellationToken stop)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, stop).ConfigureAwait(false);
        await socket.SendAsync(question, stop).ConfigureAwait(false);
        var buffer = new byte[LargestDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false);
            if (DnsMessage.Answers(buffer.AsSpan(0, length), question))
                return buffer[..length];
        }
    }

    private static async Task<byte[]?> AskStreamAsync(IPEndPoint server, byte[] question, CancellationToken stop)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, stop).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, stop).ConfigureAwait(false);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, stop).ConfigureAwait(false);
        var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(reply, stop).ConfigureAwait(false);
        return DnsMessage.Answers(reply, question) ? reply : null;
    }
}
