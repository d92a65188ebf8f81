using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Server.Tests;

namespace Sylk.Conference.Load.Chat;

/// <summary>A client in the chat room over MSRP: a call by SIP over UDP, then the connection its answer describes.</summary>
internal sealed class MsrpMember : IChatMember
{
    private readonly MsrpPeer _peer;
    private readonly string _user;
    private readonly string _room;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _reading;

    private MsrpMember(MsrpPeer peer, string user, string room, DelayBook book)
    {
        (_peer, _user, _room) = (peer, user, room);
        _reading = ReadAsync(book);
    }

    public static async Task<IChatMember> JoinAsync(int sip, string room, string user, DelayBook book)
    {
        var path = MsrpPeer.NewPath();
        var roomUri = $"sip:{room}@127.0.0.1:{sip}";
        var sdp = await CallAsync(sip, roomUri, user, $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=message 9 TCP/MSRP *\r\na=accept-types:message/cpim text/plain\r\na=accept-wrapped-types:*\r\na=path:{path}\r\na=setup:active\r\n").ConfigureAwait(false);
        if (!MsrpMedia.TryRead(sdp[sdp.IndexOf("m=message", StringComparison.Ordinal)..], out var media))
            throw new InvalidOperationException(sdp);
        var peer = await MsrpPeer.ConnectAsync(media.Port, path: path).ConfigureAwait(false);
        peer.Target = media.Path[0].ToString();
        await peer.BindAsync().ConfigureAwait(false);
        await peer.HearAsync("Welcome to ").ConfigureAwait(false);
        return new MsrpMember(peer, $"sip:{user}@phones.example", roomUri, book);
    }

    public async Task<bool> SayAsync(string id, string words) => await _peer.SendAsync(
        $"From: <{_user}>\r\nTo: <{_room}>\r\nDateTime: 2026-11-27T10:00:00.000Z\r\n\r\nContent-Type: text/plain\r\n\r\n{words}", id).ConfigureAwait(false) == 200;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _peer.DisposeAsync().ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task ReadAsync(DelayBook book)
    {
        try
        {
            await foreach (var heard in _peer.AllAsync(_over.Token).ConfigureAwait(false))
                book.Note(heard.Words);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <returns>The description in the answer.</returns>
    private static async Task<string> CallAsync(int sip, string room, string user, string offer)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (server, own, call) = (new IPEndPoint(IPAddress.Loopback, sip), ((IPEndPoint)socket.Client.LocalEndPoint!).Port, Guid.NewGuid().ToString("N"));
        string Request(string method, string target, string to, string rest) => string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};rport;branch=z9hG4bK{Guid.NewGuid():N}\r\nFrom: \"{user}\" <sip:{user}@phones.example>;tag=1\r\nTo: {to}\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:{user}@127.0.0.1:{own}>\r\n{rest}");
        await socket.SendAsync(Encoding.UTF8.GetBytes(Request("INVITE", room, $"<{room}>", $"Content-Type: application/sdp\r\nContent-Length: {offer.Length}\r\n\r\n{offer}")), server).ConfigureAwait(false);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var got = await socket.ReceiveAsync(late.Token).ConfigureAwait(false);
            if (SipParser.Parse(got.Buffer, SipFraming.Datagram, out var answer, out _) != SipOutcome.Accepted || !answer!.IsFinal)
                continue;
            if (answer.Status != 200)
                throw new InvalidOperationException($"INVITE: {answer.Status}");
            var contact = SipNameAddress.TryParse(answer.First("Contact")!, out var name) ? name.Uri.ToString() : room;
            await socket.SendAsync(Encoding.UTF8.GetBytes(Request("ACK", contact, answer.First("To")!, "Content-Length: 0\r\n\r\n")), server).ConfigureAwait(false);
            return Encoding.UTF8.GetString(answer.Body.Span);
        }
    }
}
