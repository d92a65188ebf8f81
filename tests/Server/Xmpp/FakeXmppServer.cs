using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Server.Tests.Xmpp;

/// <summary>An XMPP server with one component, by hand: passes on what tests say as its users, and keeps what the component sends.</summary>
internal sealed class FakeXmppServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<XmppElement> _stanzas = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _life;
    private TcpClient? _link;
    private int _links;

    public FakeXmppServer()
    {
        _listener.Start();
        _life = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that got as far as a handshake.</summary>
    public int Links => Volatile.Read(ref _links);

    /// <summary>Answered to the next handshakes in place of yes.</summary>
    public string? Refusal { get; set; }

    public string[] Settings =>
        ["--Xmpp:Enabled=true", "--Xmpp:Domain=rooms.example", "--Xmpp:ComponentSecret=a-secret-of-sixteen-bytes", $"--Xmpp:Port={Port}", "--Server:PublicHost=meet.example"];

    public async Task SayAsync(string xml) => await _link!.GetStream().WriteAsync(Encoding.UTF8.GetBytes(xml));

    /// <summary>Cuts the connection.</summary>
    public void Cut() => _link!.Close();

    public int Mark()
    {
        lock (_stanzas)
            return _stanzas.Count;
    }

    public IReadOnlyList<XmppElement> Since(int mark)
    {
        lock (_stanzas)
            return [.. _stanzas.Skip(mark)];
    }

    /// <summary>The first stanza from a mark on that is meant.</summary>
    public async Task<XmppElement> SawAsync(Func<XmppElement, bool> meant, int from = 0)
    {
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until; await Task.Delay(10))
        {
            if (Since(from).FirstOrDefault(meant) is { } found)
                return found;
        }
        Assert.Fail("never came; but:\n" + string.Join('\n', Since(from)));
        throw new InvalidOperationException();
    }

    public Task<XmppElement> SawAsync(string text, int from = 0) => SawAsync(stanza => stanza.ToString().Contains(text, StringComparison.Ordinal), from);

    public async Task UntilUpAsync(int links = 1)
    {
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until && Links < links;)
            await Task.Delay(10);
        Assert.True(Links >= links, "the component never came");
    }

    /// <summary>A user's presence into a room, until it is told the subject.</summary>
    public async Task<int> JoinAsync(string jid, string room, string nick, string more = "")
    {
        var mark = Mark();
        await SayAsync($"<presence from='{jid}' to='{room}@rooms.example/{nick}' id='join'><x xmlns='{XmppNames.Muc}'>{more}</x></presence>");
        await SawAsync(stanza => stanza["to"] == jid && (stanza.Child("subject") is not null || stanza["type"] == "error"), mark);
        return mark;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _link?.Dispose();
        await _life;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                _link = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(_link);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient link)
    {
        var (splitter, buffer, stream) = (new StanzaSplitter(), new byte[65_536], link.GetStream());
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) is var count and > 0)
            {
                splitter.Append(buffer.AsSpan(0, count));
                while (splitter.TryTake(out var piece) is var kind and not StanzaPiece.None)
                    await TakeAsync(stream, kind, piece);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task TakeAsync(NetworkStream stream, StanzaPiece kind, ReadOnlyMemory<byte> piece)
    {
        if (kind == StanzaPiece.Opened)
            await stream.WriteAsync("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"u8.ToArray());
        if (kind != StanzaPiece.Stanza)
            return;
        var stanza = StanzaReader.TryRead(piece.Span)!;
        if (stanza.Name == "handshake")
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Refusal ?? "<handshake/>"));
            Interlocked.Increment(ref _links);
            return;
        }
        lock (_stanzas)
            _stanzas.Add(stanza);
    }
}
