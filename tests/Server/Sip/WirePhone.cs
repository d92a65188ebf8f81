using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>A phone that says over UDP exactly what a test tells it to, and reads what comes.</summary>
internal sealed class WirePhone : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _server;
    private readonly string _callId = Guid.NewGuid().ToString("N");
    private readonly string _tag = Guid.NewGuid().ToString("N")[..8];
    private readonly Queue<SipMessage> _early = new();
    private readonly HashSet<string> _heard = [];
    private int _sequence;
    private string _to;
    private string _contact = "";

    public WirePhone(int server, string user = "standup", string from = "\"Paula\" <sip:paula@phones.example>")
    {
        (_server, User, From) = (server, user, from);
        _to = $"<sip:{user}@127.0.0.1:{server}>";
    }

    public string User { get; }

    public string From { get; }

    /// <summary>Request-URI of requests outside of the call; empty: the room.</summary>
    public string Target { get; init; } = "";

    /// <summary>How long it waits for what comes next.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes each new request inside the call, which is answered with 200 at once; null: they wait until a test asks for them.</summary>
    public Action<SipMessage>? Hears { get; set; }

    /// <summary>Header lines of the next INVITE, each with its line end.</summary>
    public string More { get; set; } = "";

    /// <summary>Its dialog as Replaces and Join name it (RFC 3891): the tags as the server has them.</summary>
    public string Dialog => SipNameAddress.TryParse(_to, out var to) ? $"{_callId};to-tag={to.Tag};from-tag={_tag}" : "";

    /// <summary>In To of requests outside of calls; the room when nothing is said.</summary>
    public string Address { get; set; } = "";

    /// <summary>The call was refused: the next one is a new one.</summary>
    public void Forget() => (_to, _contact) = ($"<sip:{User}@127.0.0.1:{_server}>", "");

    /// <summary>Sends a request inside the call and does not wait for its answer.</summary>
    public Task SayAsync(string method, string? type = null, string body = "") => SendAsync(method, type, body);

    private int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();

    /// <summary>Begins a dialog of its own by SUBSCRIBE, or goes on with it.</summary>
    public async Task<SipMessage> SubscribeAsync(int expires = 600, string package = "conference")
    {
        Always = $"Event: {package}\r\nExpires: {expires}\r\nAccept: {(package == "presence" ? "application/pidf+xml" : "application/conference-info+xml")}\r\n";
        await SendAsync("SUBSCRIBE", null, "");
        var final = await FinalAsync("SUBSCRIBE");
        Always = "";
        if (final.Status < 300)
            (_to, _contact) = (final.First("To")!, final.First("Contact")!);
        return final;
    }

    /// <summary>Calls, and acknowledges what ends the attempt.</summary>
    public async Task<SipMessage> CallAsync(string sdp = "v=0\r\ns=phone\r\n")
    {
        await SendAsync("INVITE", sdp.Length == 0 ? null : "application/sdp", sdp);
        var final = await FinalAsync("INVITE");
        _to = final.First("To")!;
        if (final.Status < 300)
            _contact = final.First("Contact")!;
        await SendAsync("ACK", null, "", sequence: _sequence);
        return final;
    }

    /// <summary>Header lines of each further request, each with its line end.</summary>
    public string Always { get; set; } = "";

    /// <summary>Another request inside the call.</summary>
    /// <param name="acknowledge">The description in the ACK, where theirs was the offer.</param>
    public async Task<SipMessage> AskAsync(string method, string? type = null, string body = "", string acknowledge = "")
    {
        await SendAsync(method, type, body);
        var final = await FinalAsync(method);
        if (method == "INVITE")
            await SendAsync("ACK", acknowledge.Length == 0 ? null : "application/sdp", acknowledge, sequence: _sequence);
        return final;
    }

    /// <summary>What it says to offers of the server.</summary>
    public string Description { get; set; } = "v=0\r\ns=phone again\r\n";

    /// <summary>The first provisional response of that status.</summary>
    public List<SipMessage> Provisional { get; } = [];

    /// <summary>True when no new request has come after a moment.</summary>
    public async Task<bool> HearsNothingAsync(int milliseconds = 300)
    {
        await Task.Delay(milliseconds);
        while (_socket.Available > 0)
        {
            if (await ReadAsync() is { IsRequest: true } message && !_heard.Contains(message.TopVia!.Branch!))
                _early.Enqueue(message);
        }
        return _early.Count == 0;
    }

    /// <summary>The next request of the server, which is answered with 200, or that status.</summary>
    public async Task<SipMessage> HearAsync(string method, int status = 200)
    {
        while (true)
        {
            var message = _early.TryDequeue(out var heard) ? heard : await ReadAsync();
            if (!message.IsRequest || message.Method != method)
                continue;
            var answer = SipBuilder.ResponseTo(message, status, null, _tag);
            if (method == "INVITE" && status == 200)
                answer.Add("Contact", $"<sip:phone@127.0.0.1:{Port}>").Body(SipContentType.Sdp, Encoding.UTF8.GetBytes(Description));
            await _socket.SendAsync(answer.Build().Bytes, new IPEndPoint(IPAddress.Loopback, _server));
            if (_heard.Add(message.TopVia!.Branch!)) // or they have not had our answer yet
                return message;
        }
    }

    /// <summary>Reads for so long; for who <see cref="Hears"/>.</summary>
    public async Task ListenAsync(TimeSpan moment)
    {
        using var over = new CancellationTokenSource(moment);
        try
        {
            while (true)
            {
                if (await ReadAsync(over.Token) is { IsRequest: true } message)
                    await TakeAsync(message);
            }
        }
        catch (OperationCanceledException)
        {
            // The moment is over.
        }
    }

    private async Task TakeAsync(SipMessage request)
    {
        if (Hears is null)
        {
            _early.Enqueue(request);
            return;
        }
        if (request.Method != "ACK")
            await _socket.SendAsync(SipBuilder.ResponseTo(request, 200, null, _tag).Build().Bytes, new IPEndPoint(IPAddress.Loopback, _server));
        if (_heard.Add(request.TopVia!.Branch!)) // or they have not had our answer yet
            Hears(request);
    }

    private async Task<SipMessage> FinalAsync(string method)
    {
        while (true)
        {
            var message = await ReadAsync();
            if (message.IsRequest)
                await TakeAsync(message);
            if (!message.IsResponse || message.CSeq?.Method != method || message.CSeq?.Number != _sequence)
                continue;
            if (message.IsFinal)
                return message;
            Provisional.Add(message);
        }
    }

    private async Task<SipMessage> ReadAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        return await ReadAsync(late.Token);
    }

    private async Task<SipMessage> ReadAsync(CancellationToken late)
    {
        var got = await _socket.ReceiveAsync(late);
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(got.Buffer, SipFraming.Datagram, out var message, out _));
        return message!;
    }

    private async Task SendAsync(string method, string? type, string body, int? sequence = null)
    {
        var number = sequence ?? ++_sequence;
        var target = Target.Length > 0 ? Target : _contact.Length > 0 ? SipNameAddress.TryParse(_contact, out var contact) ? contact.Uri.ToString() : "" : $"sip:{User}@127.0.0.1:{_server}";
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{method} {target} SIP/2.0\r\n")
            .Append(CultureInfo.InvariantCulture, $"Via: SIP/2.0/UDP 127.0.0.1:{Port};rport;branch=z9hG4bK{Guid.NewGuid():N}\r\n")
            .Append(CultureInfo.InvariantCulture, $"From: {From};tag={_tag}\r\nTo: {(method == "REGISTER" && Address.Length > 0 ? Address : _to)}\r\nCall-ID: {_callId}\r\nCSeq: {number} {method}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Max-Forwards: 70\r\nContact: <sip:phone@127.0.0.1:{Port}>\r\n");
        if (method is "INVITE" or "REFER")
            text.Append(More);
        text.Append(Always);
        if (type is not null)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text.ToString()), new IPEndPoint(IPAddress.Loopback, _server));
    }
}
