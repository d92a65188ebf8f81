namespace Sylk.Conference.Protocols.Sip;

public sealed partial class SipStack
{
    /// <summary>Takes one whole message: a datagram, a frame of a stream, a WebSocket message. The bytes must not change afterwards.</summary>
    public void Receive(Instant now, SipFlow flow, ReadOnlyMemory<byte> bytes)
    {
        switch (SipParser.Parse(bytes, flow.Transport.Framing(), out var message, out var fault))
        {
            case SipOutcome.Accepted when message!.IsResponse:
                ReceiveResponse(now, flow, message);
                break;
            case SipOutcome.Accepted:
                ReceiveRequest(now, flow, message!);
                break;
            case SipOutcome.Refused:
                Refuse(message!, flow, fault!);
                break;
            default:
                Dropped++;
                break;
        }
    }

    /// <summary>Answers without keeping anything; copies of the request get the same answer (rule SIP-TX-5).</summary>
    public void Refuse(SipMessage request, SipFlow flow, SipFault fault)
    {
        Refused++;
        if (fault.Status == 0)
        {
            return;
        }

        var response = SipBuilder.ResponseTo(request, fault.Status, fault.Reason, Ids.StatelessTag(request), flow.Remote).AddAll(fault.Headers);
        Transmit(SipAnswers.FlowOf(request, flow), response.Build());
    }

    private void ReceiveResponse(Instant now, SipFlow flow, SipMessage response)
    {
        if (_clients.TryGetValue(SipClientTransaction.KeyOf(response.TopVia!, response.Method), out var client))
        {
            client.Receive(now, response, this);
            Settle(client);
        }
        else if (response.IsSuccess && response.Method == SipMethod.Invite && response.Vias.Count == 1)
        {
            Emit(new SipStrayAnswer(response, flow));
        }
        else
        {
            Dropped++;
        }
    }

    private void ReceiveRequest(Instant now, SipFlow flow, SipMessage request)
    {
        var key = SipKeys.Server(request, request.Method);
        if (request.Method == SipMethod.Ack)
        {
            ReceiveAck(now, flow, request, key);
        }
        else if (_servers.TryGetValue(key, out var known))
        {
            Repeated++;
            known.Repeat(this);
        }
        else if (request.Method == SipMethod.Cancel)
        {
            ReceiveCancel(now, flow, request, key);
        }
        else if (FindRefusal(now, flow, request) is { } fault)
        {
            Refuse(request, flow, fault);
        }
        else
        {
            Emit(new SipRequestReceived(Accept(now, flow, request, key)));
        }
    }

    private void ReceiveAck(Instant now, SipFlow flow, SipMessage ack, string key)
    {
        if (_servers.TryGetValue(key, out var invite) && (ack.TopVia!.HasUniqueBranch || ack.ToTag == invite.ToTag) && invite.TakeAck(now))
        {
            Settle(invite);
        }
        else
        {
            Emit(new SipAckReceived(ack, flow));
        }
    }

    /// <summary>CANCEL matches the branch and the host it came from (rule TS-13); it is answered by itself (section 9.2).</summary>
    private void ReceiveCancel(Instant now, SipFlow flow, SipMessage cancel, string key)
    {
        var found = _servers.TryGetValue(SipKeys.Server(cancel, SipMethod.Invite), out var invite) && invite.Flow.IsSameHost(flow);
        if (!found)
        {
            Refuse(cancel, flow, new SipFault(481, SipReasons.Of(481)));
            return;
        }

        var transaction = Accept(now, flow, cancel, key);
        Respond(now, transaction, SipBuilder.ResponseTo(cancel, 200, null, invite!.ToTag, flow.Remote));
        if (!invite.IsAnswered)
        {
            Emit(new SipCancelled(invite, cancel));
        }
    }

    private SipServerTransaction Accept(Instant now, SipFlow flow, SipMessage request, string key)
    {
        var transaction = new SipServerTransaction(now, request, flow, Settings, (key, Ids.Tag()));
        _servers[key] = transaction;
        if (request.ToTag is null)
        {
            _merged[SipKeys.Merged(request)] = transaction;
        }

        Settle(transaction);
        return transaction;
    }

    private SipFault? FindRefusal(Instant now, SipFlow flow, SipMessage request)
    {
        if (request.Method == SipMethod.Invite && _rejections.Find(now, request) is { } again)
        {
            return again;
        }

        if (request.ToTag is null && _merged.ContainsKey(SipKeys.Merged(request)))
        {
            return new SipFault(482, SipReasons.Of(482));
        }

        return FindOverload(now) ?? Settings.Rules.Check(request) ?? Gate?.Invoke(now, request, flow);
    }

    /// <summary>Too much at once: 503 to the first hundred of each second, then silence (rule TS-02).</summary>
    private SipFault? FindOverload(Instant now)
    {
        if (Count < Settings.MaxTransactions)
        {
            return null;
        }

        if (_overloadSecond == Instant.Never || now - _overloadSecond >= TimeSpan.FromSeconds(1))
        {
            _overloadSecond = now;
            _overloadAnswers = 0;
        }

        return ++_overloadAnswers > Settings.MaxOverloadAnswers
            ? new SipFault(0, "")
            : new SipFault(503, SipReasons.Of(503)) { Headers = [(SipHeader.RetryAfter, Settings.RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture))] };
    }
}
