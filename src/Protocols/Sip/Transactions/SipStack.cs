namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Messages and transactions of one node (RFC 3261 sections 8.2, 17 and 18 without the sockets). The owner gives whole messages to
/// <see cref="Receive"/>, calls <see cref="Tick"/> at <see cref="NextDeadline"/>, and after each call sends what
/// <see cref="TryTakeSend"/> gives and looks at what <see cref="TryTakeEvent"/> gives. One thread at a time.
/// </summary>
public sealed partial class SipStack(SipSettings settings, SipIds ids)
{
    private readonly Dictionary<string, SipClientTransaction> _clients = [];
    private readonly Dictionary<string, SipServerTransaction> _servers = [];
    private readonly Dictionary<string, SipServerTransaction> _merged = [];
    private readonly SipDeadlines _deadlines = new();
    private readonly SipRejections _rejections = new(settings.MaxRejections);
    private readonly Queue<SipSend> _sends = new();
    private readonly Queue<SipStackEvent> _events = new();
    private Instant _overloadSecond = Instant.Never;
    private int _overloadAnswers;

    public SipSettings Settings { get; } = settings;

    public SipIds Ids { get; } = ids;

    /// <summary>
    /// Asked about each new request that is in order, before anything is kept of it: null lets it in, a fault is answered without
    /// state (a challenge, an unknown user), a fault of status 0 is not answered at all. Never asked about ACK and CANCEL.
    /// </summary>
    public Func<Instant, SipMessage, SipFlow, SipFault?>? Gate { get; set; }

    public Instant NextDeadline => _deadlines.Next;

    /// <summary>Transactions alive.</summary>
    public int Count => _clients.Count + _servers.Count;

    /// <summary>Messages that could not be understood or belonged to nothing.</summary>
    public long Dropped { get; private set; }

    /// <summary>Requests answered without state.</summary>
    public long Refused { get; private set; }

    /// <summary>Retransmissions of others, answered here.</summary>
    public long Repeated { get; private set; }

    public bool TryTakeSend(out SipSend send) => _sends.TryDequeue(out send);

    public bool TryTakeEvent(out SipStackEvent stackEvent) => _events.TryDequeue(out stackEvent!);

    public void Tick(Instant now)
    {
        while (_deadlines.TryTakeDue(now, out var transaction))
        {
            transaction.Tick(now, this);
            Settle(transaction);
        }
    }

    /// <summary>Sends a request in a transaction of its own. Via, Max-Forwards and Content-Length are added.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="request">Without Via.</param>
    /// <param name="flow">Where to; from UDP it changes to TCP when the request is too long (rule SIP-MSG-6).</param>
    /// <param name="owner">Comes back as <see cref="SipTransaction.Owner"/>.</param>
    /// <param name="datagram">The same request, but shorter: sent by UDP when no stream can be had; null for <paramref name="request"/> itself.</param>
    public SipClientTransaction Send(Instant now, SipBuilder request, SipFlow flow, object? owner = null, SipBuilder? datagram = null)
    {
        var branch = Ids.Branch();
        var message = Stamp(request, flow.Transport, branch);
        SipMessage? fallback = null;
        if (flow.Transport == SipTransport.Udp && message.Bytes.Length > Settings.MaxDatagram)
        {
            fallback = datagram is null ? message : Stamp(datagram, flow.Transport, branch);
            flow = flow with { Transport = SipTransport.Tcp, Connection = 0 };
            message = Stamp(request, SipTransport.Tcp, branch);
        }

        var transaction = new SipClientTransaction(message, flow, Settings, fallback) { Owner = owner };
        Start(now, transaction);
        return transaction;
    }

    /// <summary>The same by UDP whatever the length, to who is known not to take streams.</summary>
    internal void SendDatagram(Instant now, SipBuilder request, SipFlow flow, object owner) =>
        Start(now, new SipClientTransaction(Stamp(request, flow.Transport, Ids.Branch()), flow, Settings, null) { Owner = owner });

    /// <summary>Sends what has no transaction: the ACK of a 2xx. Gives the message, for sending it again.</summary>
    public SipMessage SendAlone(SipBuilder request, SipFlow flow)
    {
        var message = Stamp(request, flow.Transport, Ids.Branch());
        Transmit(flow, message);
        return message;
    }

    /// <summary>Sends a message as it is once more.</summary>
    public void SendAgain(SipMessage message, SipFlow flow) => Transmit(flow, message);

    /// <summary>Sends a response, built by <see cref="SipServerTransaction.Answer"/>; after a final one others are ignored, except that 2xx to INVITE may be repeated.</summary>
    public SipMessage Respond(Instant now, SipServerTransaction transaction, SipBuilder response)
    {
        if (Settings.Product.Length > 0 && !response.Has("Server"))
        {
            response.Add("Server", Settings.Product);
        }

        var message = response.Build();
        transaction.Respond(now, message, this);
        if (transaction.IsInvite && message.Status >= 300 && transaction.Last == message)
        {
            _rejections.Add(now, transaction.Request, message);
        }

        Settle(transaction);
        return message;
    }

    /// <summary>Answers with a status and nothing more.</summary>
    public void Respond(Instant now, SipServerTransaction transaction, int status, string? reason = null) =>
        Respond(now, transaction, transaction.Answer(status, reason));

    /// <summary>Gives up on an INVITE; the CANCEL waits for a provisional response.</summary>
    public void Cancel(Instant now, SipClientTransaction invite, params IReadOnlyList<(string Name, string Value)> headers)
    {
        invite.Cancel(now, this, headers);
        Settle(invite);
    }

    /// <summary>A send failed or a connection closed: its transactions end or find another way (section 17.1.4, 18.4).</summary>
    public void Fail(Instant now, SipFlow flow)
    {
        foreach (var client in _clients.Values.Where(client => IsOver(client.Flow, flow)).ToList())
        {
            client.Fail(now, this);
            Settle(client);
        }

        foreach (var server in _servers.Values.Where(server => flow.Transport.IsReliable() && server.AnswerFlow == flow).ToList())
        {
            server.Fail();
            Settle(server);
        }
    }

    /// <summary>Who did not ask for a certain connection was sent over the one to that address.</summary>
    private static bool IsOver(SipFlow flow, SipFlow failed) =>
        flow == failed || (flow.Connection == 0 && flow.Transport.IsReliable() && flow == failed with { Connection = 0 });

    internal void Start(Instant now, SipClientTransaction transaction)
    {
        _clients[transaction.Key] = transaction;
        transaction.Start(now, this);
        Settle(transaction);
    }

    internal void Transmit(SipFlow flow, SipMessage message) => _sends.Enqueue(new SipSend(flow, message.Bytes));

    internal void Emit(SipStackEvent stackEvent) => _events.Enqueue(stackEvent);

    private SipMessage Stamp(SipBuilder request, SipTransport transport, string branch)
    {
        var copy = request.Clone().Prepend(SipHeader.Via, SipVia.Create(
            transport.Name(), Settings.Host, Settings.PortOf(transport), branch, rport: transport == SipTransport.Udp).ToString());
        if (!copy.Has(SipHeader.MaxForwards))
        {
            copy.Add(SipHeader.MaxForwards, "70");
        }

        if (Settings.Product.Length > 0 && !copy.Has(SipHeader.UserAgent))
        {
            copy.Add(SipHeader.UserAgent, Settings.Product);
        }

        return copy.Build();
    }

    /// <summary>After anything happened to a transaction: forget it or wait for its deadline.</summary>
    private void Settle(SipTransaction transaction)
    {
        if (transaction.State != SipTransactionState.Terminated)
        {
            _deadlines.Set(transaction);
        }
        else if (transaction is SipClientTransaction client)
        {
            _clients.Remove(client.Key);
        }
        else if (_servers.Remove(transaction.Key) && _merged.TryGetValue(SipKeys.Merged(transaction.Request), out var first) && first == transaction)
        {
            _merged.Remove(SipKeys.Merged(transaction.Request));
        }
    }
}
