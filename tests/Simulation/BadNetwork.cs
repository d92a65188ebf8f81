using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>
/// A meeting and somebody who watches it over a shaped link, in virtual time. Cameras are our own page's (three encodings with
/// three temporal layers each); the viewer reports as browsers do.
/// </summary>
internal sealed class BadNetwork : IDisposable
{
    private const double StepMs = 100;

    public BadNetwork(int seed, int people)
    {
        World = new World(seed);
        var person = new PeerShape(PeerKind.Web, true, true, 3, 4) { Layered = true, Reports = true };
        for (var i = 0; i < people; i++)
            People.Add(World.Join($"person{i}", person));
        Run(2);
    }

    public World World { get; }

    public List<WirePeer> People { get; } = [];

    /// <param name="down">What is sent to the viewer passes this.</param>
    /// <param name="up">What the viewer sends passes this; null for a perfect way.</param>
    public WirePeer Watch(string id, ShapedLink down, ShapedLink? up = null)
    {
        var viewer = World.Join(id, new PeerShape(PeerKind.Web, false, false, 3, 4) { Reports = true, TakesRed = true });
        World.Network.Shape(viewer.Address, down);
        if (up is not null)
            World.Network.ShapeFrom(viewer.Address, up);
        return viewer;
    }

    public void Run(double seconds) => World.Run(seconds * 1_000);

    /// <summary>Seconds until it is so, looked at every 100 ms; infinite when it was not within <paramref name="atMost"/>.</summary>
    public double Until(double atMost, Func<bool> isSo)
    {
        for (var ms = 0.0; ms <= atMost * 1_000; ms += StepMs)
        {
            if (isSo())
                return ms / 1_000;
            World.Run(StepMs);
        }

        return double.PositiveInfinity;
    }

    public void Dispose() => World.Dispose();
}
