using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// SIP users outside of rooms (RFC 3428): who may be written to is who may be called (limit L21, attack TS-11). One MESSAGE at a time to each
/// address; what is too long for a datagram goes over a stream.
/// </summary>
public sealed class SipAddresses : IAddressDoor
{
    private const int MostTargets = 1_000;
    private const int MostWaiting = 20;
    private const int MostPlaces = 10;

    /// <summary>One message to all places of its reader: as long as one transaction lasts (RFC 3261 timer F).</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(32);

    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly FocusTools _tools;
    private readonly DialDesk _desk;
    private readonly OwnNames _names;

    internal SipAddresses(FocusTools tools, DialDesk desk, OwnNames names) => (_tools, _desk, _names) = (tools, desk, names);

    public string Wire => "sip";

    internal AskedReceipts Asked { get; } = new();

    /// <summary>Under our own names only accounts are SIP users; the others are rooms and people of the pages.</summary>
    public bool MayReach(string address) => _desk.Judge("sip:" + address).Target is { } target
        && (target.Account is not null || !_names.IsOurName(AddressText.DomainOf(address)));

    public async Task<DirectOutcome> DeliverAsync(DirectMessage message, CancellationToken stop)
    {
        var (target, refusal) = _desk.Judge("sip:" + message.To);
        if (target is null)
            return new DirectOutcome(refusal, message.Id);
        if (!message.Wanted.IsEmpty)
            Asked.Add(message);
        var status = await InTurnAsync(message.To, late => SendAsync(target, message, late), stop).ConfigureAwait(false);
        return new DirectOutcome(RefusalOf(status), message.Id);
    }

    public async Task TellAsync(DirectNotice notice, CancellationToken stop)
    {
        if (notice is not DirectReceipt receipt || _desk.Judge("sip:" + notice.To).Target is not { } target)
            return; // typing is not told to SIP users: page mode has no place for it
        var (kind, status) = receipt.Kind switch
        {
            ReceiptKind.Displayed => (ImdnKind.Display, ImdnStatus.Displayed),
            ReceiptKind.Failed => (ImdnKind.Delivery, ImdnStatus.Failed),
            _ => (ImdnKind.Delivery, ImdnStatus.Delivered),
        };
        var now = _tools.RoomClock.Now;
        var report = new ImdnReport(receipt.ClientId, CpimMessage.TimeText(now), kind, status, "sip:" + receipt.From);
        var wrapped = report.Wrap(new CpimAddress("", "sip:" + receipt.From), new CpimAddress("", "sip:" + receipt.To), Ids.New(Ids.Message, now), now, []);
        await InTurnAsync(notice.To, late => SendAsync(target, notice.From, "", (CpimMessage.MediaType, wrapped.Write()), late), stop).ConfigureAwait(false);
    }

    /// <summary>With its id, so that they can tell what became of it, and with our mark (rule LO-2).</summary>
    private (string Type, byte[] Body) Wrap(DirectMessage message)
    {
        var wrapped = new CpimMessage
        {
            ContentHeaders = [new("Content-Type", "text/plain;charset=utf-8")],
            Content = Encoding.UTF8.GetBytes(message.Content),
        }
            .With(CpimHeader.Core, CpimHeader.From, new CpimAddress(message.FromName, "sip:" + message.From).ToString())
            .With(CpimHeader.Core, CpimHeader.To, new CpimAddress("", "sip:" + message.To).ToString())
            .With(CpimHeader.Core, CpimHeader.DateTime, CpimMessage.TimeText(message.SentAt)).PassedBy(_tools.HopToken);
        var wishes = message.Wanted.Aggregate(ImdnWishes.None, (sofar, kind) => sofar | kind switch
        {
            ReceiptKind.Displayed => ImdnWishes.Display,
            ReceiptKind.Failed => ImdnWishes.Failure,
            _ => ImdnWishes.Delivery,
        });
        return (CpimMessage.MediaType, ImdnRequest.Ask(wrapped, message.Id, wishes).Write());
    }

    /// <summary>One after the other to each address (RFC 3428 section 8).</summary>
    private async Task<int> InTurnAsync(string to, Func<Deadline, Task<int>> send, CancellationToken stop)
    {
        if (Join(to) is not { } line)
            return 503;
        try
        {
            await line.Turn.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                return await send(new Deadline(_tools.Clock, _tools.Clock.Now + Longest, stop)).ConfigureAwait(false);
            }
            finally
            {
                line.Turn.Release();
            }
        }
        finally
        {
            Leave(to, line);
        }
    }

    /// <summary>Null when too much waits already.</summary>
    private Line? Join(string to)
    {
        lock (_lines)
        {
            if (!_lines.TryGetValue(to, out var line))
            {
                if (_lines.Count >= MostTargets)
                    return null;
                _lines[to] = line = new Line();
            }
            if (line.Waiting >= MostWaiting)
                return null;
            line.Waiting++;
            return line;
        }
    }

    private void Leave(string to, Line line)
    {
        lock (_lines)
        {
            if (--line.Waiting > 0)
                return;
            _lines.Remove(to);
        }
        line.Dispose();
    }

    /// <summary>Where receipts are wanted it is CPIM; who does not read that gets the plain words, and no receipt comes.</summary>
    private async Task<int> SendAsync(DialTarget target, DirectMessage message, Deadline late)
    {
        if (!message.Wanted.IsEmpty)
        {
            var status = await SendAsync(target, message.From, message.FromName, Wrap(message), late).ConfigureAwait(false);
            if (status != 415)
                return status;
        }
        var plain = ("text/plain;charset=utf-8", Encoding.UTF8.GetBytes(message.Content));
        return await SendAsync(target, message.From, message.FromName, plain, late).ConfigureAwait(false);
    }

    /// <summary>
    /// An account by one registered place after the other, the most wanted and the newest first, until one takes it or says that nobody
    /// wants it (RFC 3261 section 21.6). Each gets its share of the time that is left: places of phones that are gone do not answer.
    /// </summary>
    private async Task<int> SendAsync(DialTarget target, string from, string name, (string Type, byte[] Body) content, Deadline late)
    {
        var stops = await _desk.FindStopsAsync(target).ConfigureAwait(false);
        var isLong = content.Body.Length > PagerReader.MostInDatagram;
        DialStop[] places = [.. stops.Where(stop => !isLong || stop.Flow.Transport != SipTransport.Udp).Take(target.Account is null ? 1 : MostPlaces)];
        var status = stops.Count > 0 ? 413 : target.Account is null ? 404 : 480;
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            status = await late.ShareAsync(places.Length - i, () => SendAsync(place, from, name, content)).ConfigureAwait(false);
            if (status is < 300 or >= 600)
                break;
        }
        return status;
    }

    private async Task<int> SendAsync(DialStop stop, string from, string name, (string Type, byte[] Body) content)
    {
        var (target, flow) = (stop.Target, stop.Flow);
        if (flow.Connection == 0)
            _desk.Expect(stop.Hop);
        var request = await _tools.Endpoint.AskAsync((_, agent) => Request(agent, stop, SipNameAddress.Create(UriOf(from), name, agent.Stack.Ids.Tag()))).ConfigureAwait(false);
        var answer = await AskAsync(request.Body(content.Type, content.Body), flow).ConfigureAwait(false);
        if (answer is { Status: 401 or 407, Response: { } challenge } && target.Trunk is { User.Length: > 0 } trunk)
            answer = await AnswerChallengeAsync(answer, challenge, trunk, flow, content).ConfigureAwait(false) ?? answer;
        return answer.Status;
    }

    private async Task<SipAnswerArrived> AskAsync(SipBuilder request, SipFlow flow)
    {
        var sent = new SentPager();
        await _tools.Endpoint.AskAsync((now, agent) => agent.Send(now, request, flow, sent)).ConfigureAwait(false);
        return await sent.Answer.ConfigureAwait(false);
    }

    private async Task<SipAnswerArrived?> AnswerChallengeAsync(SipAnswerArrived refused, SipMessage challenge, SipTrunk trunk, SipFlow flow, (string Type, byte[] Body) content)
    {
        var first = refused.Transaction.Request;
        var again = await _tools.Endpoint.AskAsync((_, agent) => _desk.CredentialsOf(agent, trunk).Answer(first, challenge) is not { } proof ? null
            : Copy(first).AddAll(proof).Body(content.Type, content.Body)).ConfigureAwait(false);
        return again is null ? null : await AskAsync(again, flow).ConfigureAwait(false);
    }

    /// <summary>The same with the next number (RFC 3261 section 22.2).</summary>
    private static SipBuilder Copy(SipMessage first) => SipBuilder.Request(SipMethod.Message, first.RequestUri)
        .Add(SipHeader.From, first.First(SipHeader.From)!).Add(SipHeader.To, first.First(SipHeader.To)!)
        .AddAll(first.All(SipHeader.Route).Select(route => (SipHeader.Route, route)))
        .Add(SipHeader.CallId, first.CallId!)
        .Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"{first.CSeq!.Value.Number + 1} {SipMethod.Message}"))
        .Add(DialDesk.HopHeader, first.First(DialDesk.HopHeader)!);

    private SipBuilder Request(SipUserAgent agent, DialStop stop, SipNameAddress from)
    {
        var request = SipBuilder.Request(SipMethod.Message, stop.Target.Uri.ForRequest())
            .AddAll(stop.Path.Select(route => (SipHeader.Route, route)))
            .Add(SipHeader.From, from.ToString()).Add(SipHeader.To, SipNameAddress.Create(DialDesk.CalledAt(stop.Target)).ToString())
            .Add(SipHeader.CallId, agent.Stack.Ids.CallId())
            .Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"1 {SipMethod.Message}"));
        return request.Add(DialDesk.HopHeader, $"{_tools.HopToken};n=1");
    }

    private static SipUri UriOf(string address)
    {
        var at = address.LastIndexOf('@');
        return SipUri.Create(address[..at], address[(at + 1)..]);
    }

    private static Refusal? RefusalOf(int status) => status switch
    {
        < 300 => null,
        404 or 410 or 416 or 484 or 485 => new(ErrorCodes.AddressUnroutable, "Nobody is there."),
        403 or 401 or 407 => new(ErrorCodes.CapabilityMissing, "They do not take messages from here."),
        408 or 504 => new(ErrorCodes.CalleeTimeout, "There was no answer."),
        413 or 513 => new(ErrorCodes.FileTooLarge, "The message is too long for the way there."),
        415 or 488 or 606 => new(ErrorCodes.MediaIncompatible, "They do not take messages of this kind."),
        486 or 600 => new(ErrorCodes.CalleeBusy, "They are busy."),
        603 => new(ErrorCodes.CalleeDeclined, "They declined."),
        503 or 500 => new(ErrorCodes.TrunkUnavailable, "The way there does not work now."),
        _ => new(ErrorCodes.CalleeUnavailable, "They are not to be reached now."),
    };

    /// <summary>When one message has to be over.</summary>
    private readonly record struct Deadline(SipClock Clock, Instant Ends, CancellationToken Stop)
    {
        /// <summary>One of so many that are left; 408 when it has not answered in its part of the time.</summary>
        public async Task<int> ShareAsync(int places, Func<Task<int>> send)
        {
            var left = Ends - Clock.Now;
            if (left <= TimeSpan.Zero)
                return 408;
            try
            {
                return await send().WaitAsync(left / places, Clock.Time, Stop).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return 408;
            }
        }
    }

    /// <summary>What goes to one address.</summary>
    private sealed class Line : IDisposable
    {
        public SemaphoreSlim Turn { get; } = new(1);
        public int Waiting { get; set; }

        public void Dispose() => Turn.Dispose();
    }
}
