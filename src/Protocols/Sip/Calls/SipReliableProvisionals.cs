using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>The UAS side of RFC 3262: provisional responses that are repeated until PRACK, one at a time.</summary>
internal sealed class SipReliableProvisionals(SipStack stack, SipServerTransaction invite)
{
    private readonly Queue<SipBuilder> _waiting = new();
    private SipMessage? _open;
    private TimeSpan _interval;
    private Instant _resendAt = Instant.Never;
    private Instant _giveUpAt = Instant.Never;
    private uint _number = 1 + stack.Ids.Number(int.MaxValue - 1);

    public Instant Deadline => Instant.Earlier(_resendAt, _giveUpAt);

    /// <summary>A 2xx must wait: one with a description is not acknowledged (section 3).</summary>
    public bool HoldsAnswer => _open is { Body.Length: > 0 } || _waiting.Count > 0;

    public void Send(Instant now, SipBuilder response)
    {
        if (_open is not null)
        {
            _waiting.Enqueue(response);
            return;
        }

        response.Add(SipHeader.Require, "100rel").Add(SipHeader.ReliableSequence, (_number++).ToString(CultureInfo.InvariantCulture));
        _open = stack.Respond(now, invite, response);
        _interval = stack.Settings.T1;
        _resendAt = now + _interval;
        _giveUpAt = now + stack.Settings.T1Times64;
    }

    /// <summary>RAck must name the open response and the INVITE (section 3).</summary>
    public bool TryAcknowledge(Instant now, SipMessage prack)
    {
        var words = (prack.First(SipHeader.ReliableAck) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (_open is null || words.Length != 3 || words[0] != _open.First(SipHeader.ReliableSequence) ||
            !SipText.TryReadNumber(words[1], out var number) || number != invite.Request.CSeq!.Value.Number || words[2] != SipMethod.Invite)
        {
            return false;
        }

        Stop();
        if (_waiting.TryDequeue(out var next))
        {
            Send(now, next);
        }

        return true;
    }

    /// <summary>Repeats; false when nobody acknowledged for 64·T1.</summary>
    public bool Tick(Instant now)
    {
        if (now >= _giveUpAt)
        {
            Stop();
            return false;
        }

        if (now >= _resendAt)
        {
            stack.SendAgain(_open!, invite.AnswerFlow);
            _interval *= 2;
            _resendAt = now + _interval;
        }

        return true;
    }

    public void Stop()
    {
        _open = null;
        _resendAt = _giveUpAt = Instant.Never;
    }
}
