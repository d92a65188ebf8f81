using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-11: transport-wide feedback tells of what came, when it came, all of it, within 250 ms and in packets of a bounded size.
/// </summary>
internal sealed class FeedbackScript
{
    private const int LongestMs = 250;
    private const int ToleranceMicros = 1_000;
    private readonly Arrival[] _arrivals = new Arrival[1 << 16];
    private readonly List<ushort> _due = [];
    private readonly byte[] _packet = new byte[1_200];
    private TransportCcRecorder _recorder = new();
    private int _script;
    private int _drain;
    private ushort _highest;
    private bool _isStarted;
    private bool _isTold;
    private ushort _told;
    private bool _jumped;
    private byte _count;
    private int _packets;

    public static FuzzTarget Target => new("Z-11-feedback", "transport-wide feedback", EventScript.Seeds(), () => new FeedbackScript().Check)
    {
        MaxLength = EventScript.MaxLength,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        _script++;
        _recorder = new TransportCcRecorder();
        (_highest, _isStarted, _isTold, _jumped, _count, _packets) = (65_000, false, false, false, 0, 0);
        _due.Clear();
        return new EventScript(input, Instant.FromMilliseconds(1_000_000), 1).Play(Step) is { } fault ? FuzzVerdict.Violates(fault)
            : _packets > 0 ? FuzzVerdict.Accepted
            : FuzzVerdict.Refused;
    }

    private string? Step(in EventScript script)
    {
        switch (script.Event & 7)
        {
            case < 5:
                Receive(script, (ushort)(_highest + 1 + (script.Argument & 3)));
                break;
            case 5:
                Receive(script, (ushort)(_highest - script.Argument % 600));
                break;
            case 6 when (script.Event & 24) == 0:
                _jumped = true;
                Receive(script, (ushort)(_highest + script.Argument));
                break;
            default:
                return _recorder.IsDue(script.Now) || (script.Event & 32) != 0 ? Drain(script.Now) : null;
        }

        return _recorder.Count > 0 == (_recorder.NextDeadline == Instant.Never) ? "a deadline without a packet, or a packet without one"
            : _recorder.Count > 0 && _recorder.NextDeadline > script.Now.PlusMilliseconds(LongestMs) ? "what came is reported too late"
            : null;
    }

    private void Receive(in EventScript script, ushort number)
    {
        _recorder.OnPacket(script.Now, number, marker: (script.Event & 128) != 0);
        ref var arrival = ref _arrivals[number];
        var isNew = arrival.Script != _script;
        arrival = new Arrival(_script, isNew ? script.Now.Microseconds : arrival.First, script.Now.Microseconds) { Drain = arrival.Drain };
        if (!_isStarted || (short)(ushort)(number - _highest) > 0)
        {
            (_highest, _isStarted) = (number, true);
            _due.Add(number);
        }
    }

    private string? Drain(Instant now)
    {
        _drain++;
        var most = 20 + _due.Count * 2;
        while (_recorder.TryWrite(now, 1, 2, _packet, out var length))
        {
            if ((most-- == 0 ? "feedback without end" : CheckPacket(_packet.AsSpan(0, length))) is { } fault)
            {
                return fault;
            }
        }

        var isComplete = _jumped || _due.TrueForAll(number => _arrivals[number].Drain == _drain);
        _due.Clear();
        _jumped = false;
        return !isComplete ? "something that came was not reported"
            : _recorder.Count > 0 || _recorder.NextDeadline != Instant.Never ? "something is left over"
            : null;
    }

    private string? CheckPacket(ReadOnlySpan<byte> packet)
    {
        _packets++;
        var reader = new RtcpReader(packet);
        if (!reader.TryRead(out var block) || !block.TryGetTransportCc(out var feedback) || feedback.FeedbackCount != _count++
            || feedback.StatusCount > TransportCcRecorder.StatusesPerPacket)
        {
            return "an odd feedback packet";
        }

        var skips = _isTold && !_jumped && (short)(ushort)(feedback.BaseSequence - _told) > 0;
        (_told, _isTold) = ((ushort)(feedback.BaseSequence + feedback.StatusCount), true);
        if (skips)
        {
            return "a gap is passed over";
        }

        var time = feedback.ReferenceMicros;
        foreach (var status in feedback)
        {
            time += status.DeltaMicros;
            if (status.Received && !Matches(status.Sequence, time))
            {
                return $"{status.Sequence} did not come then";
            }
        }

        return null;
    }

    private bool Matches(ushort number, long time)
    {
        ref var arrival = ref _arrivals[number];
        arrival.Drain = _drain;
        return arrival.Script == _script && time >= arrival.First - ToleranceMicros && time <= arrival.Last + ToleranceMicros;
    }

    /// <summary>When a number came, the first and the last time in a script, and in which round it was reported.</summary>
    private record struct Arrival(int Script, long First, long Last)
    {
        public int Drain { get; set; }
    }
}
