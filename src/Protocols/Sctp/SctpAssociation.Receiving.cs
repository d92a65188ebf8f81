using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>What comes in, chunk by chunk.</summary>
public sealed partial class SctpAssociation
{
    private int _unacked;
    private uint _forwarded;

    /// <summary>Handles one packet. Damaged ones and those of another association are dropped (RFC 9260 section 8.5).</summary>
    public void Receive(Instant now, ReadOnlySpan<byte> packet)
    {
        if (State == SctpState.Ended || !SctpPacket.IsSound(packet, _settings.RemotePort, _settings.LocalPort) || !HasRightTag(packet))
        {
            Dropped++;
            return;
        }

        var walk = new ChunkWalk(packet[SctpPacket.HeaderSize..]);
        var hadData = false;
        while (State != SctpState.Ended && walk.TryNext(out var chunk))
        {
            hadData |= chunk[0] is ChunkType.Data or ChunkType.ForwardTsn;
            if (!Handle(now, chunk))
            {
                break;
            }
        }

        Dropped += walk.Malformed ? 1 : 0;
        if (hadData && IsOpen)
        {
            PlanAck(now);
        }

        AdvanceShutdown(now);
    }

    /// <summary>INIT has tag 0 and stands alone; ABORT and SHUTDOWN COMPLETE may carry the tag we gave them (T bit).</summary>
    private bool HasRightTag(ReadOnlySpan<byte> packet)
    {
        var tag = SctpPacket.TagOf(packet);
        var (type, flags) = (packet[SctpPacket.HeaderSize], packet[SctpPacket.HeaderSize + 1]);
        return type switch
        {
            ChunkType.Init => tag == 0,
            ChunkType.Abort or ChunkType.ShutdownComplete when (flags & 1) != 0 => _peerTag != 0 && tag == _peerTag,
            _ => tag == _secrets.Tag,
        };
    }

    /// <summary>False when the rest of the packet is not to be looked at.</summary>
    private bool Handle(Instant now, ReadOnlySpan<byte> chunk)
    {
        switch (chunk[0])
        {
            case ChunkType.Init:
                OnInit(now, chunk);
                return false;
            case ChunkType.InitAck:
                OnInitAck(now, chunk);
                return false;
            case ChunkType.CookieEcho:
                OnCookieEcho(now, chunk);
                return true;
            case ChunkType.CookieAck when State == SctpState.CookieEchoed:
                Open(now);
                return true;
            case ChunkType.Abort:
                Finish(SctpEnd.AbortedByPeer);
                return false;
            case ChunkType.Shutdown:
                OnShutdown(now, chunk);
                return true;
            case ChunkType.ShutdownAck:
                OnShutdownAck();
                return true;
            case ChunkType.ShutdownComplete:
                OnShutdownComplete();
                return true;
            default:
                return !IsOpen || HandleOpen(now, chunk);
        }
    }

    private bool HandleOpen(Instant now, ReadOnlySpan<byte> chunk)
    {
        switch (chunk[0])
        {
            case ChunkType.Data:
                OnData(chunk);
                return true;
            case ChunkType.Sack:
                OnSack(now, chunk);
                return true;
            case ChunkType.ForwardTsn:
                OnForward(chunk);
                return true;
            case ChunkType.Heartbeat when chunk.Length <= _settings.MaxPacket - SctpPacket.HeaderSize:
                OnHeartbeat(chunk);
                return true;
            case ChunkType.HeartbeatAck:
                OnHeartbeatAck(now, chunk);
                return true;
            case ChunkType.ReConfig:
                OnReConfig(now, chunk);
                return true;
            default:
                // The two highest bits say whether to go on after an unknown type (RFC 9260 section 3.2).
                return (chunk[0] & 0x80) != 0 || chunk[0] is ChunkType.CookieAck or ChunkType.Error or ChunkType.Heartbeat;
        }
    }

    private void OnData(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length <= OutboundChunk.HeaderSize)
        {
            Abort(SctpEnd.ProtocolViolation); // no user data (RFC 9260 section 6.2)
            return;
        }

        var verdict = _inbound!.Add(
            BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), chunk[1], BinaryPrimitives.ReadUInt16BigEndian(chunk[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]), chunk[OutboundChunk.HeaderSize..]);
        if (verdict == DataVerdict.Violation)
        {
            Abort(SctpEnd.ProtocolViolation);
        }
        else if (verdict != DataVerdict.Taken)
        {
            Dropped += verdict == DataVerdict.NoRoom ? 1 : 0;
            _unacked++;
        }
    }

    /// <summary>Every second packet at once, and at once where something is missing, doubled or refused (RFC 9260 section 6.2).</summary>
    private void PlanAck(Instant now)
    {
        _unacked++;
        var urgent = _unacked >= 2 || _inbound!.Ranges.Count > 0 || State == SctpState.ShutdownSent;
        _ackAt = Instant.Earlier(_ackAt, urgent ? now : now + AckDelay);
        if (State == SctpState.ShutdownSent)
        {
            SendShutdown(now);
        }
    }

    private void OnSack(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16)
        {
            Dropped++;
            return;
        }

        var blocks = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(chunk[12..]), (chunk.Length - 16) / 4);
        Acknowledge(
            now, BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), chunk.Slice(16, 4 * blocks), BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]));
    }

    private bool Acknowledge(Instant now, uint cumulative, ReadOnlySpan<byte> gaps, uint? window)
    {
        var outbound = _outbound!;
        var announced = window ?? (uint)Math.Clamp(outbound.PeerWindow, 0, int.MaxValue);
        if (!outbound.Acknowledge(now, cumulative, gaps, announced, out var progress))
        {
            Abort(SctpEnd.ProtocolViolation); // it acknowledges what was never sent
            return false;
        }

        // A closed window that is answered is no sign of death (RFC 9260 section 6.1 A).
        if (progress || announced == 0)
        {
            NoteAlive(now);
        }

        if (!outbound.HasOutstanding)
        {
            _retransmitAt = Instant.Never;
        }
        else if (progress)
        {
            _retransmitAt = now + outbound.Timeout.Value;
        }

        return true;
    }

    private void OnForward(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 8)
        {
            Dropped++;
        }
        else if (!_inbound!.Forward(BinaryPrimitives.ReadUInt32BigEndian(chunk[4..])))
        {
            Abort(SctpEnd.ProtocolViolation);
        }
        else
        {
            _unacked++;
        }
    }

    private void OnHeartbeat(ReadOnlySpan<byte> chunk)
    {
        var answer = new byte[(chunk.Length + 3) & ~3];
        chunk.CopyTo(answer);
        answer[0] = ChunkType.HeartbeatAck;
        Queue(answer);
    }

    private void OnHeartbeatAck(Instant now, ReadOnlySpan<byte> chunk)
    {
        if (_heartbeatOpen && chunk.Length == 16 && BinaryPrimitives.ReadUInt64BigEndian(chunk[8..]) == _heartbeat)
        {
            NoteAlive(now);
        }
    }
}
