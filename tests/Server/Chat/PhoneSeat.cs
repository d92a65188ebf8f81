using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A phone in a call that writes and reads by SIP MESSAGE inside the dialog (RFC 3428), its lines wrapped in CPIM.</summary>
internal sealed class PhoneSeat : IChatSeat
{
    private const string Sound = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    private const int MostUnanswered = 2;

    private readonly WirePhone _phone;
    private readonly Queue<SeenLine> _seen = new();
    private int _unanswered;

    private PhoneSeat(WirePhone phone)
    {
        _phone = phone;
        _phone.Hears = Hear;
    }

    public bool IsOver { get; private set; }

    public static async Task<IChatSeat> EnterAsync(int port, string room, string user)
    {
        var phone = Phone(port, room, user, "Allow: INVITE, ACK, BYE, CANCEL, MESSAGE\r\nAccept: application/sdp, message/cpim\r\n");
        try
        {
            var seat = new PhoneSeat(phone);
            Assert.Equal(200, (await phone.CallAsync(Sound)).Status);
            return seat;
        }
        catch
        {
            phone.Dispose();
            throw;
        }
    }

    /// <summary>One that a named peer vouches for, as proxies do.</summary>
    public static WirePhone Phone(int port, string room, string user, string more = "") =>
        new(port, room, $"\"{user}\" <sip:{user}@phones.example>")
        {
            More = more,
            Always = $"P-Asserted-Identity: <sip:{user}@phones.example>\r\n",
            Patience = TimeSpan.FromSeconds(3),
        };

    public async Task<SaidOutcome> SayAsync(string id, string content, bool again)
    {
        var line = ImdnRequest.Ask(new CpimMessage { ContentHeaders = [new("Content-Type", "text/plain")], Content = Encoding.UTF8.GetBytes(content) }, id, ImdnWishes.None);
        try
        {
            var status = (await _phone.AskAsync("MESSAGE", CpimMessage.MediaType, Encoding.UTF8.GetString(line.Write()))).Status;
            _unanswered = 0;
            IsOver = status is 403 or 404 or 408 or 481;
            return status < 300 ? SaidOutcome.Acknowledged : status < 500 && status != 408 ? SaidOutcome.Refused : SaidOutcome.Unanswered;
        }
        catch (OperationCanceledException)
        {
            IsOver = ++_unanswered == MostUnanswered;
            return SaidOutcome.Unanswered;
        }
    }

    public Task ListenAsync() => _phone.ListenAsync(TimeSpan.FromMilliseconds(20));

    public IEnumerable<SeenLine> Take()
    {
        while (_seen.TryDequeue(out var line))
            yield return line;
    }

    public ValueTask DisposeAsync()
    {
        _phone.Dispose();
        return default;
    }

    private void Hear(SipMessage request)
    {
        IsOver |= request.Method == "BYE";
        if (request.Method == "MESSAGE" && CpimMessage.TryRead(request.Body, out var message, out _))
            _seen.Enqueue(new(message[CpimHeader.Imdn, "Message-ID"] ?? "", Encoding.UTF8.GetString(message.Content.Span)));
    }
}
