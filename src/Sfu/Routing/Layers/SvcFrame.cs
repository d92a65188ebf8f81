namespace Sylk.Conference.Sfu.Routing.Layers;

[Flags]
internal enum SvcFlags : byte
{
    None = 0,

    /// <summary>First packet of a layer frame (B).</summary>
    Starts = 1,

    /// <summary>Last packet of a layer frame (E).</summary>
    Ends = 2,

    /// <summary>The frame refers to earlier pictures (P).</summary>
    Inter = 4,

    /// <summary>The frame refers to the lower spatial layer of its own picture (D).</summary>
    InterLayer = 8,

    /// <summary>No upper spatial layer refers to the frame (Z).</summary>
    UnusedAbove = 16,

    /// <summary>Switching up point in time (U).</summary>
    SwitchesUp = 32,

    /// <summary>References are told per frame (F).</summary>
    Flexible = 64,
}

/// <summary>What the VP9 payload descriptor says of a packet's layer frame (RFC 9628 section 4.2).</summary>
internal struct SvcFrame
{
    public byte Spatial;
    public byte Temporal;
    public SvcFlags Flags;

    /// <summary>How many pictures back the references lie, in flexible mode; 0 where there is none.</summary>
    public byte FirstReference;
    public byte SecondReference;
    public byte ThirdReference;

    public readonly bool Is(SvcFlags flag) => (Flags & flag) != 0;
}
