using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Server.Tests;

/// <summary>A message or a report as it came.</summary>
internal sealed record MsrpHeard(MsrpHead Head, string ContentType, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>What stands behind the headers of a CPIM message.</summary>
    public string Words => Text[(Text.LastIndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}

/// <summary>One end of an MSRP connection that says exactly what a test tells it to, and answers what comes with 200.</summary>
internal sealed class MsrpPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<MsrpHeard> _messages = Channel.CreateUnbounded<MsrpHeard>();
    private readonly Channel<MsrpHeard> _reports = Channel.CreateUnbounded<MsrpHeard>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<byte>> _incomplete = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Stream _stream;
    private readonly Task _reading;
    private int _transactions;

    private MsrpPeer(Stream stream)
    {
        _stream = stream;
        _reading = ReadAsync();
    }

    /// <summary>Our address in the session.</summary>
    public string Path { get; init; } = NewPath();

    /// <summary>Theirs, where requests go.</summary>
    public string Target { get; set; } = "";

    /// <summary>What is said to requests of the server.</summary>
    public int Answer { get; set; } = 200;

    /// <summary>Requests of the server with a body are not answered any more.</summary>
    public bool IsSilent { get; set; }

    /// <summary>They have closed the connection.</summary>
    public Task Closed => _reading;

    public static string NewPath(bool secure = false) => $"{(secure ? "msrps" : "msrp")}://127.0.0.1:9/{Guid.NewGuid():N};tcp";

    /// <param name="port">On this machine.</param>
    /// <param name="secure">TLS, whatever the certificate.</param>
    /// <param name="path">Our address.</param>
    /// <param name="from">The address of this machine that they see.</param>
    public static async Task<MsrpPeer> ConnectAsync(int port, bool secure = false, string? path = null, string from = "127.0.0.1")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync("127.0.0.1", port);
        return await OverAsync(client.GetStream(), secure, path);
    }

    public static async Task<MsrpPeer> OverAsync(Stream stream, bool secure = false, string? path = null)
    {
        if (secure)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null, // nobody vouches for it
            });
            stream = tls;
        }
        return new MsrpPeer(stream) { Path = path ?? NewPath(secure) };
    }

    /// <summary>An empty SEND, which binds the connection.</summary>
    public Task<int> BindAsync() => AskAsync("SEND", "Message-ID: bind\r\nByte-Range: 1-0/0\r\n");

    public Task<int> NicknameAsync(string name) => AskAsync("NICKNAME", $"Use-Nickname: \"{name}\"\r\n");

    /// <returns>The status of the response.</returns>
    public Task<int> SendAsync(
        string body, string id, string range = "", char flag = '$', string more = "", string type = "message/cpim") => SendAsync(Encoding.UTF8.GetBytes(body), id, range, flag, more, type);

    public async Task<int> SendAsync(byte[] body, string id, string range = "", char flag = '$', string more = "", string type = "message/cpim")
    {
        var transaction = NewTransaction();
        var head = Head(transaction, "SEND") + $"Message-ID: {id}\r\n" + (range.Length > 0 ? $"Byte-Range: {range}\r\n" : "") + more + $"Content-Type: {type}\r\n\r\n";
        return await AskedAsync(transaction, [.. Encoding.UTF8.GetBytes(head), .. body, .. Encoding.ASCII.GetBytes($"\r\n-------{transaction}{flag}\r\n")]);
    }

    public Task<int> AskAsync(string method, string headers)
    {
        var transaction = NewTransaction();
        return AskedAsync(transaction, Encoding.UTF8.GetBytes($"{Head(transaction, method)}{headers}-------{transaction}$\r\n"));
    }

    public async Task WriteAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next message whose text contains this; earlier others are skipped.</summary>
    public async Task<MsrpHeard> HearAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var heard = await _messages.Reader.ReadAsync(patience.Token);
            if (heard.Text.Contains(words, StringComparison.Ordinal))
                return heard;
        }
    }

    /// <summary>What became of a message of theirs.</summary>
    public Task ReportAsync(MsrpHeard heard, string range, string status)
    {
        var transaction = NewTransaction();
        return WriteAsync(Encoding.UTF8.GetBytes(
            $"{Head(transaction, "REPORT")}Message-ID: {heard.Head.First("Message-ID")}\r\nByte-Range: {range}\r\nStatus: {status}\r\n-------{transaction}$\r\n"));
    }

    public async Task<MsrpHeard> ReportAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _reports.Reader.ReadAsync(patience.Token);
    }

    /// <summary>All messages that are here.</summary>
    public List<MsrpHeard> Heard()
    {
        List<MsrpHeard> heard = [];
        while (_messages.Reader.TryRead(out var message))
            heard.Add(message);
        return heard;
    }

    /// <summary>Each message as it comes, until that is enough.</summary>
    public IAsyncEnumerable<MsrpHeard> AllAsync(CancellationToken enough) => _messages.Reader.ReadAllAsync(enough);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    private string NewTransaction() => string.Create(CultureInfo.InvariantCulture, $"tid{Interlocked.Increment(ref _transactions):D6}");

    private string Head(string transaction, string method) => $"MSRP {transaction} {method}\r\nTo-Path: {Target}\r\nFrom-Path: {Path}\r\n";

    private async Task<int> AskedAsync(string transaction, byte[] bytes)
    {
        var answer = _asked[transaction] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(bytes);
        return await answer.Task.WaitAsync(Patience);
    }

    private async Task ReadAsync()
    {
        var (framer, buffer, body) = (new MsrpFramer(), new byte[16 * 1024], new List<byte>());
        try
        {
            while (await _stream.ReadAsync(buffer) is > 0 and var read)
            {
                framer.Append(default, buffer.AsSpan(0, read));
                while (framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
                {
                    body.AddRange(piece.Body.Span);
                    if (piece.Kind != MsrpPieceKind.End)
                        continue;
                    await TakeAsync(piece.Head!, [.. body], piece.Flag);
                    body.Clear();
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // Closed on either side.
        }
    }

    private async Task TakeAsync(MsrpHead head, byte[] body, MsrpFlag flag)
    {
        if (!head.IsRequest)
        {
            if (_asked.TryRemove(head.TransactionId, out var answer))
                answer.TrySetResult(head.Status);
            return;
        }
        if (head.Method == MsrpMethod.Report)
        {
            _reports.Writer.TryWrite(new MsrpHeard(head, "", body));
            return;
        }
        var id = head.First(MsrpHeader.MessageId) ?? "";
        if (!_incomplete.TryGetValue(id, out var whole))
            _incomplete[id] = whole = [];
        whole.AddRange(body);
        if (!IsSilent)
            await WriteAsync(MsrpWriter.Response(head, Answer));
        if (flag == MsrpFlag.More)
            return;
        _incomplete.Remove(id);
        if (flag == MsrpFlag.Complete && whole.Count > 0)
            _messages.Writer.TryWrite(new MsrpHeard(head, head.First(MsrpHeader.ContentType) ?? "", [.. whole]));
    }
}
