using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>A phone, or an operator's switch, that is called: hears what comes and says what a test tells it to.</summary>
internal sealed class WireCallee : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private IPEndPoint _server = new(IPAddress.Loopback, 0);

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>What it says to an offer.</summary>
    public string Answer { get; set; } = "v=0\r\ns=callee\r\nm=audio 4000 RTP/AVP 0\r\n";

    /// <summary>All requests heard so far, retransmissions too.</summary>
    public List<SipMessage> Heard { get; } = [];

    /// <summary>True when something is here that nobody has read.</summary>
    public bool HasMore => _socket.Available > 0;

    public void Dispose() => _socket.Dispose();

    /// <summary>The next request of that method; others are skipped, BYE and CANCEL and NOTIFY answered with 200.</summary>
    public async Task<SipMessage> HearAsync(string method)
    {
        while (true)
        {
            using var late = new CancellationTokenSource(Patience);
            var got = await _socket.ReceiveAsync(late.Token);
            _server = got.RemoteEndPoint;
            Assert.Equal(SipOutcome.Accepted, SipParser.Parse(got.Buffer, SipFraming.Datagram, out var message, out _));
            if (!message!.IsRequest)
                continue;
            Heard.Add(message);
            if (message.Method is "BYE" or "CANCEL")
                await SayAsync(message, 200);
            if (message.Method == method)
                return message;
        }
    }

    public async Task SayAsync(SipMessage request, int status, params (string Name, string Value)[] headers)
    {
        var answer = SipBuilder.ResponseTo(request, status, null, "callee").AddAll(headers);
        if (status < 300)
            answer.Add("Contact", $"<sip:callee@127.0.0.1:{Port}>");
        if (status is >= 200 and < 300 && request.Method == "INVITE")
            answer.Body(SipContentType.Sdp, Encoding.ASCII.GetBytes(Answer));
        await _socket.SendAsync(answer.Build().Bytes, _server);
    }

    /// <summary>Rings and answers.</summary>
    public async Task<SipMessage> AnswerAsync()
    {
        var invite = await HearAsync("INVITE");
        await SayAsync(invite, 180);
        await SayAsync(invite, 200);
        await HearAsync("ACK");
        return invite;
    }

    public async Task RefuseAsync(SipMessage invite, int status, params (string Name, string Value)[] headers)
    {
        await SayAsync(invite, status, headers);
        await HearAsync("ACK");
    }
}
