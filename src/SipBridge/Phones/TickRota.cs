namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// Spreads rooms over a tick's 20 ms: each has its turn in one of four steps of 5 ms, always the same, so that nobody's packets wait
/// for everybody's encoders.
/// </summary>
internal sealed class TickRota<T>(Func<T, int> legs)
    where T : class
{
    public const int Steps = 4, StepMs = LegOutbound.TickMs / Steps;

    private readonly List<T>[] _steps = [[], [], [], []];

    /// <summary>The step that is due next, 0 to 3.</summary>
    public int Next { get; private set; }

    public bool IsEmpty => _steps.All(static step => step.Count == 0);

    /// <summary>From the next step on to the first that has anything to do: 0 to 3, or 4 when none has.</summary>
    public int EmptySteps
    {
        get
        {
            var empty = 0;
            while (empty < Steps && _steps[(Next + empty) % Steps].Count == 0)
            {
                empty++;
            }

            return empty;
        }
    }

    /// <summary>Rooms in the order of their steps.</summary>
    public IEnumerable<T> All => _steps.SelectMany(static step => step);

    /// <summary>To the step with the fewest legs; a room without any counts as one.</summary>
    public void Add(T room) => _steps.MinBy(step => step.Sum(other => Math.Max(1, legs(other))))!.Add(room);

    public void Remove(T room)
    {
        foreach (var step in _steps)
        {
            step.Remove(room);
        }
    }

    /// <summary>Those whose turn it is; the next call gives the next step's.</summary>
    public List<T> Take()
    {
        var step = _steps[Next];
        Next = (Next + 1) % Steps;
        return step;
    }
}
