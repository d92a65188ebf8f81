using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sylk.Conference.SipBridge.Tests;

/// <summary>A name server of 127.0.0.1 that says what a test tells it to, over UDP and TCP.</summary>
internal sealed class FakeDnsServer : IDisposable
{
    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly TcpListener _tcp;

    public FakeDnsServer()
    {
        _tcp = new TcpListener(Address);
        _tcp.Start();
        _ = ServeDatagramsAsync();
        _ = ServeStreamsAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_udp.Client.LocalEndPoint!;

    /// <summary>The reply to a question of that name and type; null is silence.</summary>
    public Func<byte[], string, bool, byte[]?> Reply { get; set; } = (_, _, _) => null;

    public List<string> Asked { get; } = [];

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>A reply with these records: type and data.</summary>
    public static byte[] Answer(byte[] question, uint ttl, params (ushort Type, byte[] Data)[] records)
    {
        var reply = new List<byte>(question);
        (reply[2], reply[3], reply[7]) = (0x81, 0x80, (byte)records.Length);
        foreach (var (type, data) in records)
        {
            var head = new byte[12];
            (head[0], head[1]) = (0xC0, 12); // the name of the question
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), type);
            head[5] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(6), ttl);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(10), (ushort)data.Length);
            reply.AddRange(head);
            reply.AddRange(data);
        }
        return [.. reply];
    }

    public static byte[] Srv(ushort priority, ushort weight, ushort port, string target)
    {
        var data = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(data, priority);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), port);
        return [.. data, .. Name(target)];
    }

    public static byte[] Naptr(byte order, string service, string replacement) =>
        [0, order, 0, 10, .. Text("s"), .. Text(service), 0, .. Name(replacement)];

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(Text), 0];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static string NameIn(byte[] question)
    {
        var labels = new List<string>();
        for (var at = 12; question[at] != 0; at += 1 + question[at])
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        return string.Join('.', labels);
    }

    private byte[]? Answer(byte[] question, bool overTcp)
    {
        lock (Asked)
            Asked.Add(NameIn(question));
        return Reply(question, NameIn(question), overTcp);
    }

    private async Task ServeDatagramsAsync()
    {
        try
        {
            while (true)
            {
                var got = await _udp.ReceiveAsync();
                if (Answer(got.Buffer, overTcp: false) is { } reply)
                    await _udp.SendAsync(reply, got.RemoteEndPoint);
            }
        }
        catch (Exception problem) when (problem is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeStreamsAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var head = new byte[2];
                await stream.ReadExactlyAsync(head);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
                await stream.ReadExactlyAsync(question);
                if (Answer(question, overTcp: true) is not { } reply)
                    continue;
                BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)reply.Length);
                await stream.WriteAsync((byte[])[.. head, .. reply]);
            }
        }
        catch (Exception problem) when (problem is ObjectDisposedException or SocketException or IOException)
        {
            // The test is over.
        }
    }
}
