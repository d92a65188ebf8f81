using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Load.Chat;

/// <summary>The XMPP server's end of a component link (XEP-0114), with occupants who are names and no connections.</summary>
internal sealed class XmppServer : IAsyncDisposable
{
    public const string Domain = "rooms.example";
    public const string Secret = "a-secret-of-the-generator";
    private static readonly byte[] BodyMark = "<body>"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<NetworkStream> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DelayBook _book;
    private readonly Task _reading;

    public XmppServer(DelayBook book)
    {
        _book = book;
        _listener.Start();
        _reading = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<IChatMember> JoinAsync(string room, string user)
    {
        var member = new Occupant(this, $"{user}@example.net/bench", $"{room}@{Domain}");
        await AskAsync($"join-{user}", $"<presence from='{member.Jid}' to='{member.Room}/{user}' id='join-{user}'><x xmlns='{XmppNames.Muc}'><history maxstanzas='0'/></x></presence>").ConfigureAwait(false);
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        if (_link.Task.IsCompletedSuccessfully)
            await (await _link.Task.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _writing.Dispose();
    }

    private async Task<bool> AskAsync(string id, string xml)
    {
        var stream = await _link.Task.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(xml)).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
            var (splitter, buffer, stream) = (new StanzaSplitter(), new byte[65_536], client.GetStream());
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                splitter.Append(buffer.AsSpan(0, count));
                while (splitter.TryTake(out var piece) is var kind and not StanzaPiece.None)
                    await TakeAsync(stream, kind, piece).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task TakeAsync(NetworkStream stream, StanzaPiece kind, ReadOnlyMemory<byte> piece)
    {
        if (kind == StanzaPiece.Opened)
            await stream.WriteAsync("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"u8.ToArray()).ConfigureAwait(false);
        else if (kind == StanzaPiece.Stanza && piece.Span.StartsWith("<handshake"u8))
        {
            await stream.WriteAsync("<handshake/>"u8.ToArray()).ConfigureAwait(false);
            _link.TrySetResult(stream);
        }
        else if (kind == StanzaPiece.Stanza)
            Read(piece.Span);
    }

    /// <summary>Lines are not parsed whole: forty thousand of them in a second would measure this end.</summary>
    private void Read(ReadOnlySpan<byte> stanza)
    {
        var at = stanza.IndexOf(BodyMark);
        if (at >= 0)
        {
            var words = stanza[(at + BodyMark.Length)..];
            _book.Note(Encoding.UTF8.GetString(words[..words.IndexOf((byte)'<')]));
        }
        var head = stanza[..(stanza.IndexOf((byte)'>') + 1)];
        if (AttributeOf(head, " id=") is { } id && _asked.TryRemove(id, out var answer))
            answer.TrySetResult(AttributeOf(head, " type=") != "error");
    }

    private static string? AttributeOf(ReadOnlySpan<byte> tag, string name)
    {
        var at = tag.IndexOf(Encoding.UTF8.GetBytes(name));
        if (at < 0)
            return null;
        var value = tag[(at + name.Length + 1)..];
        return Encoding.UTF8.GetString(value[..value.IndexOfAny((byte)'"', (byte)'\'')]);
    }

    private sealed class Occupant(XmppServer server, string jid, string room) : IChatMember
    {
        public string Jid => jid;

        public string Room => room;

        public Task<bool> SayAsync(string id, string words) =>
            server.AskAsync(id, $"<message type='groupchat' from='{jid}' to='{room}' id='{id}'><body>{words}</body></message>");

        public ValueTask DisposeAsync() => default;
    }
}
