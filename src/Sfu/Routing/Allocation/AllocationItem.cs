using System.Runtime.CompilerServices;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Routing.Allocation;

/// <summary>One track a receiver wants, with the qualities it can be had in, in rising order of rate.</summary>
internal struct AllocationItem
{
    public const int MostSteps = 12;

    /// <summary>Nothing of it is sent.</summary>
    public const int Paused = -1;

    private Steps _steps;

    /// <summary>How many steps there are and are wanted.</summary>
    public int Count { get; private set; }

    /// <summary>Step given; <see cref="Paused"/> for none.</summary>
    public int Chosen { get; set; }

    /// <summary>Step to reach before anybody else gets anything, for what stands on the stage; <see cref="Paused"/> for none.</summary>
    public int Preferred { get; set; }

    /// <summary>False: it gets its lowest step whatever the budget.</summary>
    public bool MayPause { get; set; }

    public readonly LayerPoint Point(int step) => _steps[step].Point;

    /// <summary>Bits per second.</summary>
    public readonly double Rate(int step) => step < 0 ? 0 : _steps[step].Rate;

    public readonly double Top => Rate(Count - 1);

    /// <summary>A step that costs no more than the one before it takes its place: more for the same.</summary>
    public void Add(LayerPoint point, double rate)
    {
        if (Count > 0 && rate <= _steps[Count - 1].Rate)
            Count--;
        if (Count < MostSteps)
            _steps[Count++] = new Step(point, rate);
    }

    /// <summary>No more than this step.</summary>
    public void Limit(int step) => Count = Math.Clamp(step + 1, Math.Min(1, Count), Count);

    private readonly record struct Step(LayerPoint Point, double Rate);

    [InlineArray(MostSteps)]
    private struct Steps
    {
        private Step _first;
    }
}
