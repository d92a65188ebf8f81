using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>Opening and closing (RFC 9260 sections 5 and 9).</summary>
public sealed partial class SctpAssociation
{
    private const int MaxCookie = 1024;
    private TimeSpan _handshakeWait;

    private InitFacts OurInit => new(
        _secrets.Tag, (uint)_settings.ReceiveBuffer, _settings.Streams, _settings.Streams, _secrets.InitialTsn);

    private void SendInit(Instant now)
    {
        Span<byte> chunk = stackalloc byte[64];
        var writer = new ChunkWriter(chunk);
        var start = writer.Begin(ChunkType.Init, 0);
        OurInit.Write(ref writer);
        writer.End(start);
        Queue(chunk[..writer.Length], 0);
        _handshakeAt = now + _handshakeWait;
    }

    /// <summary>T1 and T2: INIT, COOKIE ECHO, SHUTDOWN and SHUTDOWN ACK go again until answered.</summary>
    private void RepeatHandshake(Instant now)
    {
        _handshakeAt = Instant.Never;
        if (CountFailure())
        {
            return;
        }

        _handshakeWait = _handshakeWait * 2 < _settings.MaxTimeout ? _handshakeWait * 2 : _settings.MaxTimeout;
        switch (State)
        {
            case SctpState.CookieWait:
                SendInit(now);
                break;
            case SctpState.CookieEchoed:
                Queue(_cookieEcho);
                _handshakeAt = now + _handshakeWait;
                break;
            case SctpState.ShutdownSent:
                SendShutdown(now);
                break;
            case SctpState.ShutdownAckSent:
                SendShutdownAck(now);
                break;
        }
    }

    /// <summary>Costs no memory: all that the answer depends on travels in the cookie. An open association has no use for one.</summary>
    private void OnInit(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (State is not (SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed)
            || !InitFacts.TryRead(chunk, out var facts, out _))
        {
            Dropped++;
            return;
        }

        Span<byte> cookie = stackalloc byte[StateCookie.Size];
        StateCookie.Write(cookie, facts, _secrets.Tag, now, _secrets.CookieKey);
        Span<byte> answer = stackalloc byte[64 + StateCookie.Size];
        var writer = new ChunkWriter(answer);
        var start = writer.Begin(ChunkType.InitAck, 0);
        OurInit.Write(ref writer);
        var parameter = writer.BeginParameter(ParameterType.StateCookie);
        writer.Add(cookie);
        writer.End(parameter);
        writer.End(start);
        Queue(answer[..writer.Length], facts.Tag);
    }

    private void OnInitAck(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (State != SctpState.CookieWait || !InitFacts.TryRead(chunk, out var facts, out var cookie)
            || cookie.Length is 0 or > MaxCookie)
        {
            Dropped++;
            return;
        }

        Adopt(facts);
        _cookieEcho = new byte[(4 + cookie.Length + 3) & ~3];
        var writer = new ChunkWriter(_cookieEcho);
        var start = writer.Begin(ChunkType.CookieEcho, 0);
        writer.Add(cookie);
        writer.End(start);
        Queue(_cookieEcho);
        State = SctpState.CookieEchoed;
        _failures = 0;
        _handshakeWait = _settings.InitialTimeout;
        _handshakeAt = now + _handshakeWait;
    }

    private void OnCookieEcho(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (!StateCookie.TryRead(chunk[4..], _secrets.Tag, _secrets.CookieKey, out var facts, out var madeAt))
        {
            Dropped++;
            return;
        }

        if (IsOpen && facts.Tag == _peerTag)
        {
            QueueEmpty(ChunkType.CookieAck); // the first one was lost
            return;
        }

        var opening = State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed;
        if (!opening || now - madeAt > CookieLife || (_peerTag != 0 && _peerTag != facts.Tag))
        {
            Dropped++;
            return;
        }

        if (_outbound is null)
        {
            Adopt(facts);
        }

        Open(now);
        QueueEmpty(ChunkType.CookieAck);
    }

    private void Adopt(in InitFacts facts)
    {
        _peerTag = facts.Tag;
        _outStreams = Math.Min(_settings.Streams, facts.InStreams);
        _peerResets = facts.ReConfig;
        _expectedRequest = facts.InitialTsn;
        _inbound = new InboundMessages(_settings, facts.InitialTsn);
        _outbound = new OutboundMessages(_settings, _secrets.InitialTsn) { PeerWindow = facts.Window, MayAbandon = facts.ForwardTsn };
        _forwarded = _secrets.InitialTsn - 1;
        _window = (uint)_settings.ReceiveBuffer;
    }

    private void Open(Instant now)
    {
        State = SctpState.Established;
        _handshakeAt = Instant.Never;
        _cookieEcho = [];
        NoteAlive(now);
    }

    /// <summary>Goes on with closing once everything was delivered.</summary>
    private void AdvanceShutdown(Instant now)
    {
        if (State is not (SctpState.ShutdownPending or SctpState.ShutdownReceived) || !_outbound!.IsEmpty)
        {
            return;
        }

        _failures = 0;
        _handshakeWait = _outbound.Timeout.Value;
        _retransmitAt = _heartbeatAt = _resetAt = Instant.Never;
        if (State == SctpState.ShutdownPending)
        {
            State = SctpState.ShutdownSent;
            SendShutdown(now);
        }
        else
        {
            State = SctpState.ShutdownAckSent;
            SendShutdownAck(now);
        }
    }

    private void SendShutdown(Instant now)
    {
        Span<byte> chunk = [ChunkType.Shutdown, 0, 0, 8, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], _inbound!.Cumulative);
        Queue(chunk);
        _handshakeAt = now + _handshakeWait;
    }

    private void SendShutdownAck(Instant now)
    {
        QueueEmpty(ChunkType.ShutdownAck);
        _handshakeAt = now + _handshakeWait;
    }

    private void OnShutdown(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (!IsOpen || chunk.Length != 8)
        {
            Dropped++;
            return;
        }

        if (!Acknowledge(now, BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), [], null))
        {
            return;
        }

        State = SctpState.ShutdownReceived;
        AdvanceShutdown(now);
    }

    private void OnShutdownAck()
    {
        if (State is SctpState.ShutdownSent or SctpState.ShutdownAckSent)
        {
            QueueEmpty(ChunkType.ShutdownComplete);
            Finish(SctpEnd.ShutDown);
        }
    }

    private void OnShutdownComplete()
    {
        if (State == SctpState.ShutdownAckSent)
        {
            Finish(SctpEnd.ShutDown);
        }
    }
}
