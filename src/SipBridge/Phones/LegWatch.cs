using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Notices that a phone has gone silent (FOC-9), and that somebody speaks though muted (FOC-7).</summary>
internal sealed class LegWatch(string room, string leg, ILegListener listener)
{
    private const int ProbeSeconds = 30, EndSeconds = 60;
    private const int LoudTicks = 50;

    /// <summary>RFC 6464: −40 dBov and more.</summary>
    private const int LoudLevel = 40;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30);
    private Instant _since;
    private int _said;
    private int _loud;
    private Instant _mutedSaid = new(long.MinValue / 2);
    private bool _isHeard;
    private bool _expects;

    /// <summary>A description: whether packets are due, counted from now.</summary>
    public void Expect(Instant now, bool expects) => (_expects, _since, _said) = (expects, now, 0);

    /// <param name="now">The tick's time.</param>
    /// <param name="heard">When the last packet came that counted.</param>
    public void Tick(Instant now, Instant? heard)
    {
        if (heard is { } at)
        {
            NoteHeard(at);
        }

        var silence = (now - _since).TotalSeconds;
        if (!_expects || silence < (_said == 0 ? ProbeSeconds : EndSeconds) || _said == EndSeconds)
        {
            return;
        }

        _said = _said == 0 ? ProbeSeconds : EndSeconds;
        listener.OnLeg(new LegSilent(room, leg, _said));
    }

    /// <param name="now">The tick's time.</param>
    /// <param name="isMuted">By the server.</param>
    /// <param name="level">RFC 6464.</param>
    public void NoteLevel(Instant now, bool isMuted, int level)
    {
        _loud = isMuted && level < LoudLevel ? _loud + 1 : 0;
        if (_loud < LoudTicks || now - _mutedSaid < Between)
        {
            return;
        }

        _mutedSaid = now;
        listener.OnLeg(new LegTalksMuted(room, leg));
    }

    private void NoteHeard(Instant at)
    {
        if (!_isHeard)
        {
            _isHeard = true;
            listener.OnLeg(new LegHeard(room, leg));
        }

        if (at > _since)
        {
            (_since, _said) = (at, 0);
        }
    }
}
