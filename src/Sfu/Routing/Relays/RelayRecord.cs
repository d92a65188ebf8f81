using System.Runtime.InteropServices;

namespace Sylk.Conference.Sfu.Routing.Relays;

internal enum RelayKind : byte
{
    /// <summary>The rest of the ring's memory is unused: the next record stands at its start.</summary>
    Wrap,

    /// <summary>One packet of a track.</summary>
    Packet,

    /// <summary>A sequence number of a video stream that was dropped on purpose.</summary>
    Skip,

    /// <summary>A layer that does not cross has media; the payload says how many octets since the last beat, by temporal layer.</summary>
    Beat,

    /// <summary>How loud a packet of a track is: the room's home decides who is heard.</summary>
    Level,

    /// <summary>The home's decision about a track of the reader's: heard (<see cref="RelayRecord.AudioLevel"/> is 1) or not (0).</summary>
    Admission,

    /// <summary>To a voice of this process: the track is gone, or has not been heard for long.</summary>
    Ended,

    /// <summary>From a phone of this process: it cannot decode what it is shown and wants a keyframe.</summary>
    Refresh,
}

[Flags]
internal enum RelayFlags : byte
{
    None = 0,
    Marker = 1,
    Voice = 2,
    HasLevel = 4,

    /// <summary>Somebody speaks again after silence that did not cross.</summary>
    Talkspurt = 8,

    /// <summary>The last octets are the packet's dependency descriptor, as many as <see cref="RelayRecord.DescriptorLength"/> says.</summary>
    Described = 16,
}

/// <summary>What stands before a packet's octets in a <see cref="RelayRing"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RelayRecord
{
    public RelayKind Kind;
    public RelayFlags Flags;
    public byte Layer;
    public byte PayloadType;

    /// <summary>Octets that follow the record.</summary>
    public ushort PayloadLength;

    public byte AudioLevel;
    public byte Orientation;

    /// <summary>Names the track on its link.</summary>
    public uint Track;

    public uint Timestamp;

    /// <summary>The publisher's own, extended.</summary>
    public long Sequence;

    /// <summary>Audio only: all numbers up to this one that did not cross were dropped on purpose; -1 for none.</summary>
    public long SkippedThrough;

    /// <summary>When the packet came from the network, nanoseconds of the node's monotonic clock.</summary>
    public long Arrival;

    /// <summary>Octets of all of these.</summary>
    public const int Size = 40;

    /// <summary>In the place of the level where <see cref="RelayFlags.Described"/> is set.</summary>
    public byte DescriptorLength
    {
        readonly get => AudioLevel;
        set => AudioLevel = value;
    }

    /// <summary>Octets the record takes in the ring.</summary>
    public readonly int Stride => Size + ((PayloadLength + 7) & ~7);
}
