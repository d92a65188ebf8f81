using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>One message of a call's signalling, secrets starred out.</summary>
/// <param name="IsOurs">We sent it.</param>
public sealed record TracedMessage(DateTimeOffset At, bool IsOurs, SipFlow Flow, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// What this node's calls said, for whoever has to find out what went wrong (product section 4): bounded in calls, messages and bytes, and
/// forgotten after three days. Written on the SIP loop, read from anywhere.
/// </summary>
public sealed class CallTraces
{
    private const int MostCalls = 1_000;
    private const int MostUnnamed = 256;
    private const int MostMessages = 200;
    private const int MostBytes = 16 * 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(72);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Trace> _byCallId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Trace>> _byCall = new(StringComparer.Ordinal);
    private readonly Queue<Trace> _unnamed = new();
    private readonly Queue<(string Call, DateTimeOffset At)> _named = new();

    /// <summary>False: nothing is kept any more.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>A message passes. Only calls are followed, from their INVITE on.</summary>
    public void Note(DateTimeOffset now, SipFlow flow, ReadOnlySpan<byte> message, bool isOurs)
    {
        if (!IsOn || message.Length > MostBytes)
            return;
        var end = message.IndexOf("\r\n\r\n"u8);
        var head = end < 0 ? message : message[..end];
        var callId = TraceMask.ValueOf(head, SipHeader.CallId) is { Length: > 0 } written ? written : TraceMask.ValueOf(head, "i");
        if (callId.Length == 0)
            return;
        lock (_gate)
        {
            if (!_byCallId.TryGetValue(callId, out var trace))
            {
                if (!TraceMask.ValueOf(head, SipHeader.CSeq).EndsWith(SipMethod.Invite, StringComparison.Ordinal))
                    return;
                trace = Begin(callId);
            }
            if (trace.Messages.Count < MostMessages)
                trace.Messages.Add(new TracedMessage(now, isOurs, flow, TraceMask.Copy(message)));
        }
    }

    /// <summary>The SIP call is part of that call of ours: what was said is kept under its id.</summary>
    public void Name(DateTimeOffset now, string callId, string call)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(call);
        lock (_gate)
        {
            if (!_byCallId.TryGetValue(callId, out var trace) || (_byCall.TryGetValue(call, out var known) && known.Contains(trace)))
                return;
            trace.IsNamed = true;
            if (_byCall.TryGetValue(call, out var traces))
                traces.Add(trace);
            else
            {
                _byCall[call] = [trace];
                _named.Enqueue((call, now));
            }
            while (_named.TryPeek(out var oldest) && (_named.Count > MostCalls || now - oldest.At > Kept))
                Forget(_named.Dequeue().Call);
        }
    }

    /// <returns>In order; empty where nothing is known of the call.</returns>
    public IReadOnlyList<TracedMessage> Of(string call)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_gate)
            return _byCall.TryGetValue(call, out var traces) ? [.. traces.SelectMany(trace => trace.Messages).OrderBy(message => message.At)] : [];
    }

    private Trace Begin(string callId)
    {
        var trace = new Trace(callId);
        _byCallId[callId] = trace;
        _unnamed.Enqueue(trace);
        while (_unnamed.Count > MostUnnamed)
        {
            if (_unnamed.Dequeue() is { IsNamed: false } nobodys)
                _byCallId.Remove(nobodys.CallId);
        }
        return trace;
    }

    private void Forget(string call)
    {
        if (!_byCall.Remove(call, out var traces))
            return;
        foreach (var trace in traces)
            _byCallId.Remove(trace.CallId);
    }

    private sealed class Trace(string callId)
    {
        public string CallId => callId;

        public bool IsNamed { get; set; }

        public List<TracedMessage> Messages { get; } = [];
    }
}
