using Sylk.Conference.Headless.Publishing;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>Counts frames of which every packet came. Packets of at most 32 frames may be in flight at once.</summary>
public sealed class FrameTally
{
    private const int Frames = 32;

    // Number + 1 of the frame in each place, 0 for none.
    private readonly ulong[] _frames = new ulong[Frames];
    private readonly int[] _missing = new int[Frames];

    /// <summary>Frames of which at least one packet came.</summary>
    public long Begun { get; private set; }

    public long Complete { get; private set; }

    /// <param name="mark">Of a packet that had not come before.</param>
    public void Add(in PacketMark mark)
    {
        var at = (int)(mark.Frame % Frames);
        if (_frames[at] != mark.Frame + 1UL)
        {
            (_frames[at], _missing[at]) = (mark.Frame + 1UL, mark.Count);
            Begun++;
        }

        if (--_missing[at] == 0)
            Complete++;
    }
}
