namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// The SIP core of one node behind one door: messages in, messages out, events for whoever decides. The owner's loop does, in this
/// order and with one <c>now</c> per turn: <see cref="Receive"/> for each whole message, <see cref="Fail"/> for each send or
/// connection that failed, <see cref="Tick"/> when <see cref="NextDeadline"/> has come; then <see cref="TryTakeEvent"/> until there is none,
/// answering as it likes; then <see cref="TryTakeSend"/> until there is none. One thread at a time; no call waits.
/// </summary>
public sealed partial class SipUserAgent
{
    private readonly Dictionary<string, ISipUsage> _usages = [];
    private readonly Dictionary<ISipUsage, Instant> _deadlines = [];
    private readonly PriorityQueue<ISipUsage, long> _queue = new();
    private readonly Queue<SipEvent> _events = new();

    /// <param name="settings">Transactions and identity.</param>
    /// <param name="calls">Calls.</param>
    /// <param name="ids">Unguessable names; a new key at each start.</param>
    public SipUserAgent(SipSettings settings, SipCallSettings calls, SipIds ids)
    {
        Calls = calls;
        Stack = new SipStack(settings, ids) { Gate = FindRefusal };
    }

    public SipStack Stack { get; }

    public SipCallSettings Calls { get; }

    /// <summary>
    /// Asked about each new request outside of dialogs before anything is kept of it (authentication, unknown users, rate). Null lets it in.
    /// </summary>
    public Func<Instant, SipMessage, SipFlow, SipFault?>? Gate { get; set; }

    /// <summary>Headers that answer a challenge to a request of ours, or null to give up. Decide by realm and target to whom (attack TS-08).</summary>
    public Func<SipMessage, SipMessage, IReadOnlyList<(string Name, string Value)>?>? Credentials { get; set; }

    /// <summary>
    /// The flow for a request inside a dialog: given the URI of the next hop and the flow the other end was last heard on. Without one
    /// that flow is used, which is what works through NAT; a shell with DNS does better.
    /// </summary>
    public Func<SipUri, SipFlow, SipFlow> NextHop { get; set; } = (_, flow) => flow;

    /// <summary>The flow to a redirect's target, null when it must not be followed. Without one no redirect is.</summary>
    public Func<SipUri, SipFlow?> Resolve { get; set; } = _ => null;

    /// <summary>Our Contact value for a flow; by default host and port of the settings.</summary>
    public Func<SipFlow, string>? Contact { get; set; }

    public Instant NextDeadline => Instant.Earlier(Stack.NextDeadline, NextUsage());

    /// <summary>Calls and subscriptions alive.</summary>
    public int Count => _usages.Count;

    public bool TryTakeSend(out SipSend send) => Stack.TryTakeSend(out send);

    public bool TryTakeEvent(out SipEvent sipEvent) => _events.TryDequeue(out sipEvent!);

    /// <summary>Takes one whole message; see <see cref="SipStack.Receive"/>.</summary>
    public void Receive(Instant now, SipFlow flow, ReadOnlyMemory<byte> bytes)
    {
        Stack.Receive(now, flow, bytes);
        Dispatch(now);
    }

    /// <summary>A send failed or a connection closed.</summary>
    public void Fail(Instant now, SipFlow flow)
    {
        Stack.Fail(now, flow);
        Dispatch(now);
    }

    public void Tick(Instant now)
    {
        Stack.Tick(now);
        Dispatch(now);
        while (NextUsage() <= now && _queue.TryDequeue(out var usage, out _))
        {
            _deadlines.Remove(usage);
            usage.Tick(now);
            Watch(usage);
        }

        Dispatch(now);
    }

    /// <summary>Calls somebody.</summary>
    public SipCall Call(Instant now, SipCallTarget target)
    {
        var call = SipCall.Place(now, this, target);
        _usages[Key(call.CallId, call.Invite.FromTag)] = call;
        call.SendFirst(now);
        Watch(call);
        return call;
    }

    /// <summary>The call a Replaces or Join header names (RFC 3891, RFC 3911), or null. Whether it may be replaced is for the caller to judge.</summary>
    /// <param name="header">Its value, <c>call-id;to-tag=ours;from-tag=theirs</c>.</param>
    public SipCall? Named(string header)
    {
        var semicolon = header.IndexOf(';', StringComparison.Ordinal);
        return semicolon > 0 && SipParameters.TryParse(header.AsSpan(semicolon), lenient: true, out var tags)
            && Find(header[..semicolon].Trim(), tags["to-tag"]) is SipCall call && call.Dialog?.RemoteTag == tags["from-tag"]
            ? call : null;
    }

    /// <summary>Sends a request outside of dialogs (REGISTER, OPTIONS, MESSAGE, REFER); the final answer comes as <see cref="SipAnswerArrived"/>.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="request">With From (and tag), To, Call-ID and CSeq.</param>
    /// <param name="flow">The next hop, resolved.</param>
    /// <param name="owner">Comes back with the answer.</param>
    public SipClientTransaction Send(Instant now, SipBuilder request, SipFlow flow, object? owner = null) => Stack.Send(now, request, flow, owner);

    /// <summary>Answers a request.</summary>
    public void Respond(Instant now, SipServerTransaction transaction, SipBuilder response) => Stack.Respond(now, transaction, response);

    public void Respond(Instant now, SipServerTransaction transaction, int status) => Stack.Respond(now, transaction, status);

    /// <summary>Begins the 200 to an OPTIONS (RFC 3261 section 11): what we can do. A room adds its description and <c>isfocus</c>.</summary>
    public SipBuilder Capabilities(SipServerTransaction options)
    {
        var rules = Stack.Settings.Rules;
        return options.Answer(200)
            .Add(SipHeader.Contact, ContactFor(options.Flow))
            .Add(SipHeader.Allow, string.Join(", ", rules.Methods))
            .Add(SipHeader.Accept, string.Join(", ", rules.Types.Values.SelectMany(types => types).Distinct()))
            .Add(SipHeader.AcceptEncoding, "identity")
            .Add(SipHeader.Supported, string.Join(", ", rules.Extensions))
            .Add(SipHeader.AllowEvents, string.Join(", ", rules.Events));
    }

    internal string ContactFor(SipFlow flow)
    {
        var parameter = flow.Transport == SipTransport.Udp ? "" : ";transport=" + flow.Transport.Name().ToLowerInvariant();
        return Contact?.Invoke(flow) ?? $"<sip:{SipHost.Print(Stack.Settings.Host, Stack.Settings.PortOf(flow.Transport))}{parameter}>";
    }

    internal void Emit(SipEvent sipEvent) => _events.Enqueue(sipEvent);

    internal void Add(string key, ISipUsage usage) => _usages[key] = usage;

    /// <summary>Calls of these identifiers belong to nobody any more. Their transactions live on by themselves.</summary>
    internal void Forget(ISipUsage usage)
    {
        foreach (var key in _usages.Where(pair => pair.Value == usage).Select(pair => pair.Key).ToList())
        {
            _usages.Remove(key);
        }
    }

    internal void Watch(ISipUsage usage)
    {
        var at = usage.Deadline;
        if (at != Instant.Never && (!_deadlines.TryGetValue(usage, out var set) || set != at))
        {
            _deadlines[usage] = at;
            _queue.Enqueue(usage, at.Nanoseconds);
        }
    }

    internal static string Key(string? callId, string? localTag) => $"{callId}\0{localTag}";

    private Instant NextUsage()
    {
        while (_queue.TryPeek(out var usage, out var at) && (!_deadlines.TryGetValue(usage, out var set) || set.Nanoseconds != at || usage.Deadline != set))
        {
            _queue.Dequeue();
            if (_deadlines.TryGetValue(usage, out set) && set.Nanoseconds == at)
            {
                _deadlines.Remove(usage);
                Watch(usage);
            }
        }

        return _queue.TryPeek(out _, out var next) ? new Instant(next) : Instant.Never;
    }
}
