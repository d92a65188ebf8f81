namespace Sylk.Conference.Protocols.Sctp;

/// <summary>
/// One SCTP association over one DTLS connection (RFC 9260, RFC 8261) with stream reset (RFC 6525) and partial reliability
/// (RFC 3758). The owner feeds decrypted packets, calls <see cref="Tick"/> at <see cref="NextDeadline"/>, and after each call
/// sends what <see cref="TryTakePacket"/> gives. Answers an INIT at any time before it is open; may send one by
/// <see cref="Connect"/>, also at the same moment as the other end.
/// </summary>
public sealed partial class SctpAssociation
{
    private const int MaxControl = 16;
    private static readonly TimeSpan CookieLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(40);
    private readonly SctpSettings _settings;
    private readonly SctpSecrets _secrets;
    private readonly Queue<(uint Tag, byte[] Chunk)> _control = new();
    private InboundMessages? _inbound;
    private OutboundMessages? _outbound;
    private byte[] _cookieEcho = [];
    private uint _peerTag;
    private int _outStreams;
    private bool _peerResets;
    private int _failures;
    private Instant _handshakeAt = Instant.Never;
    private Instant _retransmitAt = Instant.Never;
    private Instant _ackAt = Instant.Never;
    private Instant _heartbeatAt = Instant.Never;
    private uint _window;
    private ulong _heartbeat;
    private bool _heartbeatOpen;
    private bool _forwardDue;

    public SctpAssociation(SctpSettings settings, SctpSecrets secrets)
    {
        _settings = settings;
        _secrets = secrets with { Tag = secrets.Tag == 0 ? 1 : secrets.Tag };
        _handshakeWait = settings.InitialTimeout;
        _nextRequest = _secrets.InitialTsn;
    }

    public SctpState State { get; private set; }

    public SctpEnd End { get; private set; }

    /// <summary>Bytes of messages not yet acknowledged or given up.</summary>
    public int Buffered => _outbound?.Buffered ?? 0;

    /// <summary>Bytes kept of what was received and not taken, 64 counted on top of each piece.</summary>
    public int Held => _inbound?.Held ?? 0;

    public long Retransmissions => _outbound?.Retransmissions ?? 0;

    /// <summary>Messages given up for their reliability.</summary>
    public long Abandoned => _outbound?.Abandoned ?? 0;

    /// <summary>Packets and chunks dropped because they were damaged, foreign or did not fit.</summary>
    public long Dropped { get; private set; }

    public TimeSpan? RoundTrip => _outbound?.Timeout.RoundTrip;

    private bool IsOpen => State is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived or SctpState.ShutdownSent;

    /// <summary>When <see cref="Tick"/> next has something to do.</summary>
    public Instant NextDeadline => State == SctpState.Ended ? Instant.Never : Instant.Earlier(
        Instant.Earlier(Instant.Earlier(_handshakeAt, _retransmitAt), Instant.Earlier(_ackAt, _heartbeatAt)), _resetAt);

    /// <summary>Sends INIT; nothing when the other end came first.</summary>
    public void Connect(Instant now)
    {
        if (State == SctpState.Closed)
        {
            State = SctpState.CookieWait;
            SendInit(now);
        }
    }

    /// <summary>Queues one message; <paramref name="payload"/> is not copied and must not change.</summary>
    public SctpSendOutcome Send(Instant now, ushort stream, uint protocol, ReadOnlyMemory<byte> payload, SctpReliability reliability)
    {
        var outcome = State != SctpState.Established ? SctpSendOutcome.NotOpen
            : payload.IsEmpty ? SctpSendOutcome.Empty
            : payload.Length > _settings.MaxOutboundMessage ? SctpSendOutcome.TooLong
            : stream >= _outStreams ? SctpSendOutcome.NoSuchStream
            : IsResetting(stream) ? SctpSendOutcome.StreamResetting
            : Buffered + payload.Length > _settings.SendBuffer ? SctpSendOutcome.BufferFull
            : SctpSendOutcome.Queued;
        if (outcome == SctpSendOutcome.Queued)
        {
            var expires = reliability.Lifetime is { } life ? now + life : Instant.Never;
            _outbound!.Enqueue(new OutboundMessage(stream, protocol, payload, reliability, expires));
        }

        return outcome;
    }

    /// <summary>Takes one received message, which makes room for others. Also after the end, what had come whole before.</summary>
    public bool TryReceive(Instant now, out SctpMessage message)
    {
        message = default;
        if (_inbound is null || !_inbound.TryTake(out message))
        {
            return false;
        }

        // The other end waits for a window that was closed: tell it once there is room for a good part of a message.
        if (IsOpen && _window < _settings.MaxPacket && _inbound.Window >= (uint)(_settings.ReceiveBuffer / 4))
        {
            _ackAt = now;
        }

        return true;
    }

    /// <summary>Ends in order: what is queued is delivered first (RFC 9260 section 9.2).</summary>
    public void Shutdown(Instant now)
    {
        if (State == SctpState.Established)
        {
            State = SctpState.ShutdownPending;
            AdvanceShutdown(now);
        }
        else if (State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed)
        {
            Finish(SctpEnd.ShutDown);
        }
    }

    /// <summary>Ends at once and says so (RFC 9260 section 9.1).</summary>
    public void Abort() => Abort(SctpEnd.AbortedByUs);

    /// <summary>Does what is due.</summary>
    public void Tick(Instant now)
    {
        if (now >= _handshakeAt)
        {
            RepeatHandshake(now);
        }

        if (State != SctpState.Ended && now >= _retransmitAt)
        {
            ExpireData(now);
        }

        if (State != SctpState.Ended && now >= _resetAt)
        {
            RepeatReset(now);
        }

        if (State != SctpState.Ended && now >= _heartbeatAt)
        {
            SendHeartbeat(now);
        }
    }

    /// <summary>Writes the next packet to send; to be called until it has none.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="destination">At least <see cref="SctpSettings.MaxPacket"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    public bool TryTakePacket(Instant now, Span<byte> destination, out int length)
    {
        length = SctpPacket.HeaderSize;
        var packet = destination[.._settings.MaxPacket];
        var tag = _control.Count > 0 ? _control.Peek().Tag : _peerTag;
        while (_control.TryPeek(out var next) && next.Tag == tag && length + next.Chunk.Length <= packet.Length)
        {
            _control.Dequeue();
            next.Chunk.CopyTo(packet[length..]);
            length += next.Chunk.Length;
            if (tag == 0 || next.Chunk[0] is ChunkType.InitAck or ChunkType.Abort)
            {
                break; // these go alone
            }
        }

        if (tag == _peerTag && IsOpen && (length == SctpPacket.HeaderSize || packet[SctpPacket.HeaderSize] is not (ChunkType.InitAck or ChunkType.Abort)))
        {
            length += FillData(now, packet[length..]);
        }

        if (length == SctpPacket.HeaderSize)
        {
            length = 0;
            return false;
        }

        SctpPacket.Seal(packet[..length], _settings.LocalPort, _settings.RemotePort, tag);
        return true;
    }

    private int FillData(Instant now, Span<byte> destination)
    {
        var used = 0;
        if (now >= _ackAt)
        {
            used = WriteSack(destination);
            _ackAt = Instant.Never;
        }

        if (State != SctpState.ShutdownSent)
        {
            PlanResets(now);
            var data = _outbound!.Fill(now, destination[used..]);
            used += data;
            used += WriteForward(now, destination[used..]);
            if (data > 0 && _retransmitAt == Instant.Never)
            {
                _retransmitAt = now + _outbound.Timeout.Value;
            }
        }

        return used;
    }

    private int WriteSack(Span<byte> destination)
    {
        var writer = new ChunkWriter(destination);
        var room = (destination.Length - 16) / 4;
        if (room < 0)
        {
            return 0;
        }

        var inbound = _inbound!;
        var blocks = Math.Min(room, inbound.Ranges.Count);
        _window = inbound.Window;
        var start = writer.Begin(ChunkType.Sack, 0);
        writer.Add32(inbound.Cumulative);
        writer.Add32(_window);
        writer.Add16((ushort)blocks);
        writer.Add16(0);
        for (var i = 0; i < blocks; i++)
        {
            writer.Add16((ushort)(inbound.Ranges[i].First - inbound.Cumulative));
            writer.Add16((ushort)(inbound.Ranges[i].Last - inbound.Cumulative));
        }

        writer.End(start);
        _unacked = 0;
        return writer.Length;
    }

    /// <summary>Tells the other end what it need not wait for (RFC 3758 section 3.5 C).</summary>
    private int WriteForward(Instant now, Span<byte> destination)
    {
        var outbound = _outbound!;
        var due = _forwardDue || Tsn.IsAfter(outbound.AdvancedPoint, _forwarded);
        if (!due || !Tsn.IsAfter(outbound.AdvancedPoint, outbound.Cumulative))
        {
            return 0;
        }

        var skipped = outbound.SkippedStreams();
        if (destination.Length < 8 + (4 * skipped.Count))
        {
            return 0;
        }

        var writer = new ChunkWriter(destination);
        var start = writer.Begin(ChunkType.ForwardTsn, 0);
        writer.Add32(outbound.AdvancedPoint);
        foreach (var (stream, sequence) in skipped)
        {
            writer.Add16(stream);
            writer.Add16(sequence);
        }

        writer.End(start);
        _forwarded = outbound.AdvancedPoint;
        _forwardDue = false;
        if (_retransmitAt == Instant.Never)
        {
            _retransmitAt = now + outbound.Timeout.Value;
        }

        return writer.Length;
    }

    private void ExpireData(Instant now)
    {
        var outbound = _outbound!;
        _retransmitAt = Instant.Never;
        if (!outbound.HasOutstanding)
        {
            return;
        }

        outbound.Expire();
        _forwardDue = true;
        _retransmitAt = now + outbound.Timeout.Value;
        CountFailure();
    }

    /// <summary>Idle for a while: is anybody there (RFC 9260 section 8.3)?</summary>
    private void SendHeartbeat(Instant now)
    {
        _heartbeatAt = now + _settings.HeartbeatInterval + _outbound!.Timeout.Value;
        if (_heartbeatOpen && CountFailure())
        {
            return;
        }

        _heartbeatOpen = true;
        _heartbeat = (ulong)now.Nanoseconds ^ _secrets.Tag;
        Span<byte> chunk = stackalloc byte[16];
        var writer = new ChunkWriter(chunk);
        var start = writer.Begin(ChunkType.Heartbeat, 0);
        var parameter = writer.BeginParameter(ParameterType.HeartbeatInfo);
        writer.Add32((uint)(_heartbeat >> 32));
        writer.Add32((uint)_heartbeat);
        writer.End(parameter);
        writer.End(start);
        Queue(chunk);
    }

    private bool CountFailure()
    {
        if (++_failures <= _settings.MaxRetransmissions)
        {
            return false;
        }

        Abort(SctpEnd.Unreachable);
        return true;
    }

    private void NoteAlive(Instant now)
    {
        _failures = 0;
        _heartbeatOpen = false;
        _heartbeatAt = now + _settings.HeartbeatInterval + _outbound!.Timeout.Value;
    }

    private void Queue(ReadOnlySpan<byte> chunk, uint? tag = null)
    {
        if (_control.Count < MaxControl)
        {
            _control.Enqueue((tag ?? _peerTag, chunk.ToArray()));
        }
        else
        {
            Dropped++;
        }
    }

    private void QueueEmpty(byte type, byte flags = 0) => Queue([type, flags, 0, 4]);

    private void Abort(SctpEnd reason)
    {
        if (State == SctpState.Ended)
        {
            return;
        }

        _control.Clear();
        if (_peerTag != 0)
        {
            QueueEmpty(ChunkType.Abort);
        }

        Finish(reason);
    }

    private void Finish(SctpEnd reason)
    {
        State = SctpState.Ended;
        End = reason;
        _handshakeAt = _retransmitAt = _ackAt = _heartbeatAt = _resetAt = Instant.Never;
    }
}
