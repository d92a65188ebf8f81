namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>What is done with a packet of a layered picture, and what is known of its picture's other packets from that.</summary>
/// <param name="Keeps">It goes out.</param>
/// <param name="NothingBefore">Nothing of its picture before it goes out.</param>
/// <param name="NothingAfter">Nothing of its picture after it goes out: of a packet kept, it ends what the receiver gets.</param>
internal readonly record struct LayerVerdict(bool Keeps, bool NothingBefore, bool NothingAfter)
{
    public static readonly LayerVerdict DropPicture = new(false, true, true);

    /// <summary>A spatial layer below the one shown that it does not need.</summary>
    public static readonly LayerVerdict DropBelow = new(false, true, false);

    /// <summary>A spatial layer above the one shown.</summary>
    public static readonly LayerVerdict DropAbove = new(false, false, true);
}
