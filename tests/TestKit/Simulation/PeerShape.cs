using Sylk.Conference.Sfu;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>What a simulated client publishes and how many places it has to receive in.</summary>
public sealed record PeerShape(PeerKind Kind, bool Audio, bool Video, int AudioSlots, int VideoSlots)
{
    public static readonly PeerShape Person = new(PeerKind.Web, true, true, 3, 4);

    public static readonly PeerShape Listener = new(PeerKind.Web, false, false, 3, 4);

    /// <summary>Offers data channels.</summary>
    public bool Data { get; init; }

    /// <summary>The camera sends what our own page sends: three encodings with three temporal layers each.</summary>
    public bool Layered { get; init; }

    /// <summary>Cameras and places are AV1 with dependency descriptors instead of VP8.</summary>
    public bool Described { get; init; }

    /// <summary>Reports arrivals and round trips, as browsers do.</summary>
    public bool Reports { get; init; }

    /// <summary>Takes redundant Opus (RFC 2198).</summary>
    public bool TakesRed { get; init; }

    /// <summary>Sends redundant Opus: each packet repeats the one before it.</summary>
    public bool SendsRed { get; init; }

    /// <summary>What it sends on data channels may reach others.</summary>
    public bool AllowData { get; init; } = true;

    public uint? AudioSsrc { get; init; }

    public uint? VideoSsrc { get; init; }

    /// <summary>How loud it speaks, -dBov (0 is loudest, 127 silent).</summary>
    public byte AudioLevel { get; init; } = 30;

    /// <summary>A client that forgot what RTX is for sends no NACK.</summary>
    public bool AsksAgain { get; init; } = true;
}
