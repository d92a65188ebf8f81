using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>What the router needs to know of one packet that was received, authenticated and stored.</summary>
internal ref struct PacketFacts
{
    public long Sequence;
    public uint Timestamp;
    public bool Marker;
    public byte PayloadType;
    public ushort PayloadLength;

    /// <summary>A receiver that has seen nothing of this source can start decoding here.</summary>
    public bool IsSwitchPoint;

    /// <summary>The source's format, found by its payload type.</summary>
    public CodecEntry Codec;

    /// <summary>First packet of a frame, where the payload tells.</summary>
    public bool StartsFrame;

    /// <summary>Temporal layer of the frame, 0 where the payload does not tell.</summary>
    public byte TemporalLayer;

    /// <summary>The frame needs none of its own or higher temporal layers: whoever left those out may go on with it.</summary>
    public bool IsLayerSync;

    /// <summary>Of a RED packet: the length of its newest block alone.</summary>
    public ushort PrimaryLength;

    /// <summary>A RED packet with more in it than its newest block and that block's header.</summary>
    public readonly bool RepeatsEarlier => PrimaryLength > 0 && PrimaryLength + 1 < PayloadLength;

    /// <summary>Only meaningful for VP8.</summary>
    public Vp8Numbers Vp8;

    /// <summary>Only meaningful for VP9.</summary>
    public Vp9Numbers Vp9;

    /// <summary>Only meaningful for VP9; with a dependency descriptor, of the spatial layer and whether upper ones need it.</summary>
    public SvcFrame Svc;

    /// <summary>The dependency descriptor as it came; empty without one.</summary>
    public ReadOnlySpan<byte> Descriptor;

    /// <summary>The source's <see cref="DependencyReader"/> holds the packet's frame.</summary>
    public bool HasDependencies;

    /// <summary>The descriptor cannot be read: its structure is missing, or it contradicts itself.</summary>
    public bool LayersUnknown;

    /// <summary>Of these: a keyframe would bring the structure.</summary>
    public bool LacksStructure;

    /// <summary>Spatial layers the source says it sends from here on; 0 where it does not say.</summary>
    public byte SpatialLayers;

    /// <summary>Audio level 0 (loudest) to 127 (silence) as RFC 6464 has it; 255 when the sender did not say.</summary>
    public byte AudioLevel;

    public bool VoiceActivity;

    public Instant Arrival;
}
