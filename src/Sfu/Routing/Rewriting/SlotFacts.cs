namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>What <see cref="SlotRewriter"/> must know of a packet of a source.</summary>
/// <param name="Source">Number of the source (one simulcast layer) in its room.</param>
/// <param name="ExtendedSequence">Sequence number extended at ingress.</param>
/// <param name="StartsFrame">First packet of a frame, when the payload tells; false when unknown.</param>
/// <param name="Marker">Last packet of what is forwarded of a frame.</param>
/// <param name="Picture">Extended picture number where the codec carries one, else <see cref="UnknownPicture"/>.</param>
/// <param name="EndsFrame">Last packet of <paramref name="Picture"/>, where that is less than what shares a timestamp.</param>
/// <param name="Dropped">Of a packet dropped on purpose: how much else of its picture is.</param>
internal readonly record struct SourcePacketFacts(
    long Source, long ExtendedSequence, uint Timestamp, bool Marker, bool StartsFrame = false,
    long Picture = SourcePacketFacts.UnknownPicture, DroppedPart Dropped = DroppedPart.Picture, bool EndsFrame = false)
{
    public const long UnknownPicture = long.MinValue;
}

/// <summary>What goes with a packet that is dropped on purpose.</summary>
[Flags]
internal enum DroppedPart : byte
{
    /// <summary>Everything of its picture before it.</summary>
    Before = 1,

    /// <summary>Everything of its picture after it.</summary>
    After = 2,

    Picture = Before | After,
}

/// <summary>Where a packet lies on the slot's own line.</summary>
/// <param name="ExtendedSequence">Roll-over count in the upper bits (<c>&gt;&gt; 16</c>), sequence number in the lower 16.</param>
/// <param name="IsLate">Older than the newest packet sent in this slot.</param>
internal readonly record struct MappedPacket(long ExtendedSequence, uint Timestamp, bool Marker, bool IsLate)
{
    public ushort Sequence => (ushort)ExtendedSequence;

    public uint RollOver => (uint)(ExtendedSequence >> 16);
}

internal enum SwitchKind : byte
{
    /// <summary>Another simulcast layer of the same track.</summary>
    Layer,

    /// <summary>The slot shows another track now.</summary>
    Track,

    /// <summary>The slot was paused and goes on, with the same or another source.</summary>
    Resume,
}

internal enum SwitchOutcome : byte
{
    Started,

    /// <summary>The target's clock lies too far behind: take its next keyframe instead (asked once per switch).</summary>
    WaitForKeyframe,
}
