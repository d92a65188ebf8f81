using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sctp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>What two shards of a room tell each other beside packets: rare, small, never lost, in order.</summary>
internal abstract record RelayMessage;

/// <summary>A track of the sender's has started.</summary>
internal sealed record TrackOpened(string Room, uint Id, TrackPortrait Portrait) : RelayMessage;

/// <summary>What the reader needs to know of a track to treat it as one of its own.</summary>
internal sealed record TrackPortrait(
    string TrackId, string Mid, TrackKind Kind, TrackSource Source, bool Muted, int MaxBitrateBps, ImmutableArray<string> Rids)
{
    public required string OwnerId { get; init; }

    public required PeerKind OwnerKind { get; init; }

    /// <summary>Names the publisher inside RTP, on every shard of the node alike.</summary>
    public required uint OwnerNumber { get; init; }

    public required bool OwnerPresent { get; init; }
}

/// <summary>A layer has a stream, its first or a new one.</summary>
internal sealed record LayerStarted(uint Id, int Layer, CodecEntry Codec) : RelayMessage;

/// <summary>What a payload type of the track means from now on.</summary>
internal sealed record FormatTold(uint Id, byte PayloadType, CodecEntry Codec) : RelayMessage;

internal sealed record TrackClosed(uint Id) : RelayMessage;

internal sealed record TrackMuted(uint Id, bool Muted) : RelayMessage;

/// <summary>A publisher's connection came up or went away.</summary>
internal sealed record OwnerChanged(string Room, string PeerId, bool Present) : RelayMessage;

/// <summary>A publisher's sender report, with the instant it came at.</summary>
internal sealed record ClockReported(uint Id, int Layer, Instant At, ulong Ntp, uint Rtp) : RelayMessage;

/// <summary>
/// Which layers of a track of the reader's are watched on the sender's shard, bit i is layer i, and the largest size that its viewers
/// want of it, whether it is sent or not.
/// </summary>
internal sealed record LayersWanted(uint Id, uint Mask, int Size) : RelayMessage;

/// <summary>Somebody on the sender's shard needs a keyframe of a track of the reader's.</summary>
internal sealed record KeyframeWanted(uint Id, int Layer, KeyframeReason Reason) : RelayMessage;

/// <summary>The room's home says who speaks now.</summary>
internal sealed record SpeakerPromoted(string Room, string PeerId) : RelayMessage;

/// <summary>What a page sent on a data channel, ready for its readers: nobody writes to it any more.</summary>
internal sealed record DataPassed(string Room, byte[] Whole, bool IsText, SctpReliability Reliability) : RelayMessage;
