using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Mixing;

/// <summary>One distinct sum: its limiter, what it said lately, and the formats somebody wants it in.</summary>
internal sealed class MixBus : IDisposable
{
    /// <summary>Frames remembered, this one included: enough to prime a 60 ms lane of G.722.</summary>
    private const int Remembered = 10;

    private readonly float[] _frames = new float[Remembered * VoiceClock.Frame];
    private readonly Limiter _limiter = new(), _limiterBefore = new();
    private readonly List<EncodeLane> _lanes = new(4);
    private int _now;

    /// <summary>Where the sum of this tick is put together, and where it is after <see cref="Process"/>.</summary>
    public Span<float> Output => _frames.AsSpan(_now * VoiceClock.Frame, VoiceClock.Frame);

    /// <summary>Level of the last sum (dBov).</summary>
    public double Decibels { get; private set; } = -127;

    /// <summary>Begins the next tick: clears the place of the sum.</summary>
    public Span<float> Begin()
    {
        _limiterBefore.CopyFrom(_limiter);
        _now = (_now + 1) % Remembered;
        Output.Clear();
        return Output;
    }

    public void Process()
    {
        _limiter.Process(Output);
        Decibels = Block.Decibels(Block.Power(Output));
    }

    /// <summary>What came out some ticks ago.</summary>
    public ReadOnlySpan<float> Earlier(int ticks) => _frames.AsSpan((_now + Remembered - ticks) % Remembered * VoiceClock.Frame, VoiceClock.Frame);

    /// <summary>Goes on where another one was before its <see cref="Begin"/> of this tick; ours is yet to come.</summary>
    public void ContinueFrom(MixBus other)
    {
        other._frames.CopyTo(_frames, 0);
        _now = (other._now + Remembered - 1) % Remembered;
        _limiter.CopyFrom(other._limiterBefore);
    }

    public EncodeLane Lane(VoiceFormat format)
    {
        foreach (var lane in _lanes)
            if (lane.Format == format) return lane;
        var made = new EncodeLane(format);
        _lanes.Add(made);
        return made;
    }

    public bool HasLanes => _lanes.Count > 0;

    public bool HasLane(VoiceFormat format)
    {
        foreach (var lane in _lanes)
            if (lane.Format == format) return true;
        return false;
    }

    /// <summary>Drops formats nobody has.</summary>
    public void Keep(List<VoiceListener> listeners)
    {
        for (var i = _lanes.Count - 1; i >= 0; i--)
        {
            if (IsWanted(_lanes[i].Format, listeners)) continue;
            _lanes[i].Dispose();
            _lanes.RemoveAt(i);
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _lanes.Clear();
    }

    private static bool IsWanted(VoiceFormat format, List<VoiceListener> listeners)
    {
        foreach (var listener in listeners)
            if (listener.Format == format) return true;
        return false;
    }
}
