using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>
/// As much of RFC 4976 as a test needs: gives addresses for credentials, answers SEND itself and passes it on, with its own address moved
/// from To-Path to From-Path.
/// </summary>
internal sealed class SmallRelay : IAsyncDisposable
{
    public const string User = "focus", Password = "correct horse", Realm = "relay.example";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MsrpIds _ids = new(RandomNumberGenerator.GetBytes(32));
    private readonly ConcurrentDictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;

    public SmallRelay()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Heads of the AUTH requests that came.</summary>
    public ConcurrentQueue<MsrpHead> Asked { get; } = new();

    /// <summary>Connections that asked for an address.</summary>
    public ConcurrentDictionary<Stream, bool> Guests { get; } = new();

    /// <summary>As AG Projects' relay: a connection asks for one address, once; what it asks later is 481.</summary>
    public bool TakesOneAuth { get; set; }

    /// <summary>As Kamailio: another address with every AUTH, beside those that were given before.</summary>
    public bool GivesFreshPaths { get; set; }

    /// <summary>How long an address lasts.</summary>
    public int Seconds { get; set; } = 100;

    public string[] Settings => ["--Msrp:RelayHost=127.0.0.1", $"--Msrp:RelayPort={Port}", "--Msrp:RelayTls=false", $"--Msrp:RelayUser={User}", $"--Msrp:RelayPassword={Password}"];

    /// <summary>Throws out whoever has an address here.</summary>
    public void Drop()
    {
        foreach (var guest in Guests.Keys)
            guest.Dispose();
        Guests.Clear();
        _leases.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private Wire Serve(TcpClient client)
    {
        _clients.Add(client);
        var wire = new Wire(client.GetStream());
        _ = ReadAsync(wire);
        return wire;
    }

    private async Task ReadAsync(Wire wire)
    {
        var (framer, buffer, body) = (new MsrpFramer(), new byte[16 * 1024], new List<byte>());
        try
        {
            while (await wire.Stream.ReadAsync(buffer) is > 0 and var read)
            {
                framer.Append(default, buffer.AsSpan(0, read));
                while (framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
                {
                    body.AddRange(piece.Body.Span);
                    if (piece.Kind != MsrpPieceKind.End)
                        continue;
                    if (piece.Head!.IsRequest)
                        await TakeAsync(wire, piece.Head, [.. body], piece.Flag);
                    body.Clear();
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or SocketException)
        {
            // Closed on either side.
        }
    }

    private async Task TakeAsync(Wire wire, MsrpHead head, byte[] body, MsrpFlag flag)
    {
        if (head.Method == MsrpMethod.Auth)
        {
            Asked.Enqueue(head);
            await wire.WriteAsync(Judge(wire, head));
            return;
        }
        if (!_leases.TryGetValue(head.To[0].Session, out var lease))
        {
            await wire.WriteAsync(MsrpWriter.Response(head, 481));
            return;
        }
        if (head.Method == MsrpMethod.Send)
            await wire.WriteAsync(MsrpWriter.Response(head, 200));
        var isOurs = wire == lease.Guest;
        if (!isOurs)
            lease.Peer = wire;
        else
            lease.Peer ??= await ReachAsync(head.To[1]);
        await (isOurs ? lease.Peer! : lease.Guest).WriteAsync(PassOn(head, body, flag));
    }

    /// <summary>They wait where their address says.</summary>
    private async Task<Wire> ReachAsync(MsrpUri there)
    {
        var client = new TcpClient();
        await client.ConnectAsync(there.Host, there.Port);
        return Serve(client);
    }

    private byte[] PassOn(MsrpHead head, byte[] body, MsrpFlag flag)
    {
        var others = head.Fields.Where(field => field.Name is not ("To-Path" or "From-Path" or "Content-Type")).ToList();
        var chunk = new MsrpChunkHead(MsrpPath.Print(head.To.Skip(1)), MsrpPath.Print(head.From.Prepend(head.To[0])), others, head.First("Content-Type") ?? "");
        return head.Method == MsrpMethod.Send
            ? MsrpWriter.Chunk(_ids, out _, chunk, body, flag)
            : MsrpWriter.Request(_ids.Transaction(), head.Method!, chunk.ToPath, chunk.FromPath, others);
    }

    private byte[] Judge(Wire wire, MsrpHead head)
    {
        if (head.First("Authorization") is not { } text || !SipDigestFields.TryParse(text, out var proof))
            return Answer(head, "401 Unauthorized", $"WWW-Authenticate: Digest realm=\"{Realm}\", qop=\"auth\", nonce=\"{_ids.Session()}\"\r\n");
        var expected = SipDigest.Response(
            SipDigestAlgorithm.Md5, SipDigest.SecretOf(SipDigestAlgorithm.Md5, User, Realm, Password),
            new SipDigestProof(proof["nonce"]!, proof["nc"], proof["cnonce"]), "AUTH", head.To[^1].ToString());
        if (proof["username"] != User || proof["response"] != expected)
            return Answer(head, "403 Forbidden", "");
        if (TakesOneAuth && Guests.ContainsKey(wire.Stream))
            return Answer(head, "481 No Such Session", "");
        var known = GivesFreshPaths ? null : _leases.FirstOrDefault(one => one.Value.For.Equals(head.From[0])).Key;
        var session = known ?? _ids.Session();
        _leases[session] = known is null ? new Lease(wire, head.From[0]) : _leases[session];
        Guests[wire.Stream] = true;
        return Answer(head, "200 OK", string.Create(CultureInfo.InvariantCulture, $"Use-Path: msrp://127.0.0.1:{Port}/{session};tcp\r\nExpires: {Seconds}\r\n"));
    }

    private static byte[] Answer(MsrpHead head, string status, string more) => System.Text.Encoding.ASCII.GetBytes(
        $"MSRP {head.TransactionId} {status}\r\nTo-Path: {head.From[0]}\r\nFrom-Path: {head.To[0]}\r\n{more}-------{head.TransactionId}$\r\n");

    private sealed class Lease(Wire guest, MsrpUri @for)
    {
        public Wire Guest => guest;

        public MsrpUri For => @for;

        public Wire? Peer { get; set; }
    }

    private sealed class Wire(Stream stream)
    {
        private readonly SemaphoreSlim _writing = new(1);

        public Stream Stream => stream;

        public async Task WriteAsync(byte[] bytes)
        {
            await _writing.WaitAsync();
            try
            {
                await stream.WriteAsync(bytes);
            }
            finally
            {
                _writing.Release();
            }
        }
    }
}
