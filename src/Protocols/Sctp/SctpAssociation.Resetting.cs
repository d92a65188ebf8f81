using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>Closing single streams, which closes data channels (RFC 6525, RFC 8831 section 6.7).</summary>
public sealed partial class SctpAssociation
{
    private const uint Denied = 2, Performed = 1, NothingToDo = 0, WrongNumber = 5, InProgress = 6;
    private const int MaxResets = 64;
    private readonly List<ushort> _toReset = [];
    private readonly List<ushort> _resetting = [];
    private readonly Queue<ushort> _closed = new();
    private Instant _resetAt = Instant.Never;
    private uint _nextRequest;
    private uint _expectedRequest;
    private uint _lastResult;

    /// <summary>Resets our side of a stream once what is queued on it was delivered. False when not open or not supported there.</summary>
    public bool ResetStream(ushort stream)
    {
        if (State != SctpState.Established || !_peerResets || stream >= _outStreams || _toReset.Count >= MaxResets)
        {
            return false;
        }

        if (!IsResetting(stream))
        {
            _toReset.Add(stream);
        }

        return true;
    }

    /// <summary>Takes the number of a stream that the other end has reset on its side.</summary>
    public bool TryTakeReset(out ushort stream) => _closed.TryDequeue(out stream);

    private bool IsResetting(ushort stream) => _toReset.Contains(stream) || _resetting.Contains(stream);

    private void PlanResets(Instant now)
    {
        if (_toReset.Count == 0 || _resetting.Count > 0)
        {
            return;
        }

        _resetting.AddRange(_toReset.Where(stream => !_outbound!.UsesStream(stream)));
        if (_resetting.Count > 0)
        {
            _toReset.RemoveAll(_resetting.Contains);
            SendReset(now);
        }
    }

    private void SendReset(Instant now)
    {
        Span<byte> chunk = stackalloc byte[24 + (2 * MaxResets)];
        var writer = new ChunkWriter(chunk);
        var start = writer.Begin(ChunkType.ReConfig, 0);
        var parameter = writer.BeginParameter(ParameterType.OutgoingReset);
        writer.Add32(_nextRequest);
        writer.Add32(_expectedRequest - 1);
        writer.Add32(_outbound!.LastTsn);
        foreach (var stream in _resetting)
        {
            writer.Add16(stream);
        }

        writer.End(parameter);
        writer.End(start);
        Queue(chunk[..writer.Length]);
        _resetAt = now + _outbound.Timeout.Value;
    }

    private void RepeatReset(Instant now)
    {
        _resetAt = Instant.Never;
        if (_resetting.Count > 0 && !CountFailure())
        {
            _outbound!.Timeout.BackOff();
            SendReset(now);
        }
    }

    private void OnReConfig(Instant now, ReadOnlySpan<byte> chunk)
    {
        var walk = new ChunkWalk(chunk[4..]);
        for (var count = 0; count < 2 && walk.TryNext(out var parameter); count++)
        {
            switch (BinaryPrimitives.ReadUInt16BigEndian(parameter))
            {
                case ParameterType.OutgoingReset when parameter.Length >= 16:
                    OnOutgoingReset(parameter);
                    break;
                case ParameterType.IncomingReset when parameter.Length >= 8:
                    Respond(BinaryPrimitives.ReadUInt32BigEndian(parameter[4..]), Denied);
                    break;
                case ParameterType.ReConfigResponse when parameter.Length >= 12:
                    OnResponse(now, BinaryPrimitives.ReadUInt32BigEndian(parameter[4..]), BinaryPrimitives.ReadUInt32BigEndian(parameter[8..]));
                    break;
            }
        }
    }

    private void OnOutgoingReset(ReadOnlySpan<byte> parameter)
    {
        var request = BinaryPrimitives.ReadUInt32BigEndian(parameter[4..]);
        if (request == _expectedRequest - 1)
        {
            Respond(request, _lastResult); // our answer was lost
            return;
        }

        if (request != _expectedRequest)
        {
            Respond(request, WrongNumber);
            return;
        }

        if (Tsn.IsAfter(BinaryPrimitives.ReadUInt32BigEndian(parameter[12..]), _inbound!.Cumulative))
        {
            Respond(request, InProgress); // data of these streams is still on its way; the other end asks again
            return;
        }

        _expectedRequest++;
        _lastResult = Performed;
        for (var streams = parameter[16..]; streams.Length >= 2 && _closed.Count < MaxResets; streams = streams[2..])
        {
            _closed.Enqueue(BinaryPrimitives.ReadUInt16BigEndian(streams));
        }

        Respond(request, Performed);
    }

    private void Respond(uint request, uint result)
    {
        Span<byte> chunk = stackalloc byte[16];
        var writer = new ChunkWriter(chunk);
        var start = writer.Begin(ChunkType.ReConfig, 0);
        var parameter = writer.BeginParameter(ParameterType.ReConfigResponse);
        writer.Add32(request);
        writer.Add32(result);
        writer.End(parameter);
        writer.End(start);
        Queue(chunk);
    }

    private void OnResponse(Instant now, uint request, uint result)
    {
        if (_resetting.Count == 0 || request != _nextRequest || result == InProgress)
        {
            return;
        }

        _nextRequest++;
        _resetAt = Instant.Never;
        if (result is Performed or NothingToDo)
        {
            foreach (var stream in _resetting)
            {
                _outbound!.ResetStream(stream);
            }
        }

        _resetting.Clear();
        NoteAlive(now);
    }
}
