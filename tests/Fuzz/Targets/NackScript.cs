using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-11: whatever comes in whatever order, only what is missing is asked for, not too soon, not too often, and the list stays short.
/// </summary>
internal sealed class NackScript
{
    private const int ReorderWaitMs = 10;
    private const int ShortestRetryMs = 40;
    private const int OldestGap = 10_000;
    private const int AudioRttLimitMs = 100;
    private readonly HashSet<long> _received = [];
    private readonly List<(long Highest, Instant At)> _advances = [];
    private readonly Dictionary<long, (int Tries, Instant NotBefore)> _asked = [];
    private readonly ushort[] _lost = new ushort[64];
    private NackGenerator _nack = new();
    private bool _isAudio;

    public static FuzzTarget Target => new("Z-11-nack", "NACK list", EventScript.Seeds(), () => new NackScript().Check)
    {
        MaxLength = EventScript.MaxLength,
    };

    private long Highest => _advances.Count == 0 ? 65_000 : _advances[^1].Highest;

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        _isAudio = input.Length > 1 && (input[1] & 1) != 0;
        _nack = new NackGenerator(_isAudio);
        _received.Clear();
        _advances.Clear();
        _asked.Clear();
        return new EventScript(input, Instant.FromMilliseconds(1_000), 1).Play(Step) is { } fault ? FuzzVerdict.Violates(fault)
            : _nack.TotalMissing > 0 ? FuzzVerdict.Accepted
            : FuzzVerdict.Refused;
    }

    private string? Step(in EventScript script)
    {
        switch (script.Event & 7)
        {
            case < 3:
                Receive(script, Highest + 1 + script.Argument % 4);
                break;
            case 3:
                Receive(script, Highest + 1 + script.Argument % 2_000);
                break;
            case 4:
                Receive(script, Highest - script.Argument % 3_000);
                break;
            case 7:
                _nack.IsWanted = (script.Argument & 3) != 0;
                break;
            default:
                return Collect(script.Now, script.Argument % 500, (script.Event & 8) == 0 ? _lost : _lost.AsSpan(0, 4));
        }

        return _nack.Count > NackGenerator.LongestList ? "the list is too long"
            : _nack.Count > 0 == (_nack.NextDeadline == Instant.Never) ? "a deadline without a list, or a list without one"
            : null;
    }

    private void Receive(in EventScript script, long sequence)
    {
        var isRtx = (script.Event & 16) != 0;
        _nack.OnPacket(script.Now, sequence, isRtx, isKeyframeStart: (script.Event & 32) != 0);
        if (_advances.Count == 0 && isRtx)
        {
            return;
        }

        _received.Add(sequence);
        if (_advances.Count == 0 || sequence > Highest)
        {
            _advances.Add((sequence, script.Now));
        }
    }

    private string? Collect(Instant now, int rttMs, Span<ushort> lost)
    {
        var count = _nack.Collect(now, rttMs, lost);
        if (count > 0 && (!_nack.IsWanted || (_isAudio && rttMs >= AudioRttLimitMs)))
        {
            return "asked for what nobody can use";
        }

        var former = long.MinValue;
        foreach (var number in lost[..count])
        {
            var sequence = Highest - (ushort)((ushort)Highest - number);
            if ((sequence <= former ? "asked out of order" : Judge(sequence, now, rttMs)) is { } fault)
            {
                return fault;
            }

            var tries = _asked.GetValueOrDefault(sequence).Tries + 1;
            _asked[sequence] = (tries, now.PlusMilliseconds(Math.Max(rttMs, ShortestRetryMs)));
            former = sequence;
        }

        return count < lost.Length && _nack.NextDeadline <= now ? "due again at once" : null;
    }

    private string? Judge(long sequence, Instant now, int rttMs)
    {
        var isMissing = sequence > _advances[0].Highest && sequence < Highest && !_received.Contains(sequence);
        if (!isMissing || Highest - sequence > OldestGap)
        {
            return isMissing ? "asked for something too old" : "asked for something that is not missing";
        }

        if (!_asked.TryGetValue(sequence, out var before))
        {
            return now < NotedAt(sequence).PlusMilliseconds(ReorderWaitMs) ? "asked before a late packet could come" : null;
        }

        return before.Tries >= (_isAudio ? 2 : 10) ? "asked too often"
            : now < before.NotBefore ? $"asked again within a round trip, the last of {rttMs} ms"
            : null;
    }

    private Instant NotedAt(long sequence)
    {
        int low = 0, high = _advances.Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            (low, high) = _advances[middle].Highest < sequence ? (middle + 1, high) : (low, middle);
        }

        return _advances[low].At;
    }
}
