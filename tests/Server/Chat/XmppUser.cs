using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A user of a real XMPP server over loopback (RFC 6120): signs in by PLAIN, then says and hears stanzas.</summary>
internal sealed class XmppUser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<XmppElement> _stanzas = Channel.CreateUnbounded<XmppElement>();
    private readonly byte[] _buffer = new byte[65_536];
    private readonly TcpClient _link = new();
    private StanzaSplitter _splitter = new();
    private Task _reading = Task.CompletedTask;

    private XmppUser()
    {
    }

    /// <summary>The stream is no more.</summary>
    public Task Closed => _reading;

    /// <summary>What has come, in order.</summary>
    public ChannelReader<XmppElement> Stanzas => _stanzas.Reader;

    public static async Task<XmppUser> SignInAsync(ProsodyProcess server, string user)
    {
        var one = new XmppUser();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await one._link.ConnectAsync("127.0.0.1", server.ClientPort, patience.Token);
            await one.OpenAsync(patience.Token);
            var proof = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{ProsodyProcess.PasswordOf(user)}"));
            await one.SayAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{proof}</auth>");
            await one.ExpectAsync("success", patience.Token);
            one._splitter = new StanzaSplitter();
            await one.OpenAsync(patience.Token);
            await one.SayAsync("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>kills</resource></bind></iq>");
            await one.ExpectAsync("iq", patience.Token);
            await one.SayAsync("<presence/>");
            one._reading = one.ReadAsync();
            return one;
        }
        catch
        {
            await one.DisposeAsync();
            throw;
        }
    }

    public async Task SayAsync(string xml) => await _link.GetStream().WriteAsync(Encoding.UTF8.GetBytes(xml));

    public async ValueTask DisposeAsync()
    {
        _link.Dispose();
        await _reading;
    }

    private async Task OpenAsync(CancellationToken stop)
    {
        await SayAsync($"<?xml version='1.0'?><stream:stream to='{ProsodyProcess.Domain}' version='1.0' xmlns='jabber:client' xmlns:stream='{XmppNames.Streams}'>");
        await ExpectAsync("features", stop);
    }

    private async Task ExpectAsync(string name, CancellationToken stop)
    {
        while (true)
        {
            while (_splitter.TryTake(out var piece) is var kind and not StanzaPiece.None)
            {
                if (kind is not StanzaPiece.Stanza)
                    continue;
                var text = Encoding.UTF8.GetString(piece.Span);
                if (text.StartsWith($"<{name}", StringComparison.Ordinal) || text.StartsWith($"<stream:{name}", StringComparison.Ordinal))
                    return;
                throw new InvalidOperationException(text);
            }
            var count = await _link.GetStream().ReadAsync(_buffer, stop);
            if (count == 0)
                throw new IOException("closed");
            _splitter.Append(_buffer.AsSpan(0, count));
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _link.GetStream().ReadAsync(_buffer) is var count and > 0)
            {
                _splitter.Append(_buffer.AsSpan(0, count));
                while (_splitter.TryTake(out var piece) is var kind and not StanzaPiece.None)
                {
                    if (kind == StanzaPiece.Stanza && StanzaReader.TryRead(piece.Span) is { } stanza)
                        _stanzas.Writer.TryWrite(stanza);
                    else if (kind is not StanzaPiece.Opened)
                        return;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut on either side.
        }
        finally
        {
            _stanzas.Writer.TryComplete();
        }
    }
}
