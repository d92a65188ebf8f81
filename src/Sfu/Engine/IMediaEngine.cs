using System.Collections.Immutable;

namespace Sylk.Conference.Sfu;

/// <summary>
/// One node's switchboard as its owner sees it. Calls are cheap to make from any thread: each is a message to the
/// shard that owns the room, answered when that shard has acted. What happens afterwards comes back through
/// <see cref="IMediaListener"/>. Every order carries the epoch of the decision "this node is the home of the room";
/// an order older than the newest one seen is refused with <see cref="MediaErrorCode.StaleEpoch"/>.
/// </summary>
public interface IMediaEngine
{
    /// <summary>Opens a room's media, or raises its epoch and policy when it is open already.</summary>
    ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy);

    /// <summary>Closes every peer of the room and forgets it.</summary>
    ValueTask<MediaError?> CloseRoomAsync(string room, long epoch);

    /// <summary>Applies one client offer to a peer (made on first use) and answers it (product §7.1). The room must be open.</summary>
    ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer);

    ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates);

    ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId);

    /// <summary>A muted track is dropped at the server, whatever its publisher sends.</summary>
    ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted);

    ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view);

    /// <summary>What a client says of its own end; it goes into its scores for a while. Nothing depends on it being true.</summary>
    ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report);

    /// <summary>Numbers for the participant's own eyes; null when the room or the peer is not here.</summary>
    ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId);

    /// <summary>What the room's media holds now, for reconciliation and for people who support the server.</summary>
    ValueTask<RoomMediaInventory?> InventoryAsync(string room);

    /// <summary>
    /// Opens a way into and out of the room for voices of this process that are no connections. The room must be open; several may be
    /// opened in one room. A newer epoch of the room changes nothing for what is open already.
    /// </summary>
    ValueTask<LocalAudioOpened> OpenLocalAudioAsync(string room, long epoch);

    /// <summary>
    /// Opens camera and picture for a participant whose voice was published by <see cref="ILocalAudio"/>; what it had open before is
    /// closed. <see cref="MediaErrorCode.PeerUnknown"/> while there is no such voice.
    /// </summary>
    ValueTask<LocalVideoOpened> OpenLocalVideoAsync(string room, long epoch, string peerId);

    /// <summary>A short-lived peer outside any room for the network test: ICE, DTLS and data channels that echo, gone after 8 s.</summary>
    ValueTask<PeerAnswer> TestNetworkAsync(string sdp);

    /// <summary>
    /// One STUN check (RFC 8445) from this machine to each shard's UDP port and back, through its real socket and loop.
    /// Takes as long as the slowest answer; a port that does not answer in a second has failed.
    /// </summary>
    ValueTask<ImmutableArray<SocketTest>> TestSocketsAsync(CancellationToken stop);

    /// <summary>Counters and table sizes of the whole engine; cheap enough for every scrape.</summary>
    MediaEngineStatistics Statistics { get; }

    /// <summary>Hands over what was measured since the last call. Who calls less than once in a few seconds misses some.</summary>
    void TakeSamples(Action<MediaSample> take);
}

/// <param name="Problem">Why there was no good answer; null when there was one.</param>
public sealed record SocketTest(int Shard, int UdpPort, TimeSpan RoundTrip, string? Problem);

/// <summary>Where the engine reports. Called on shard threads: implementations enqueue and return.</summary>
public interface IMediaListener
{
    /// <summary>Something that is true until said otherwise; goes through the room grain and gets an order.</summary>
    void OnFact(MediaFact fact);

    /// <summary>Something only the newest of which matters; goes straight to the viewer, may be lost.</summary>
    void OnSignal(MediaSignal signal);
}

public enum TrackKind : byte { Audio, Video }

public enum TrackSource : byte { Microphone, Camera, Screen, ScreenAudio, File, Mix }

public enum PeerKind : byte { Web, Whip, Whep }

/// <param name="MaxBitrateBps">Bits per second one publisher may send in all (limit L6 allows a multiple before dropping).</param>
/// <param name="VideoCodecs">Names in order of preference; codecs not listed are refused.</param>
/// <param name="LoudestN">How many audio tracks each listener hears at once.</param>
public sealed record RoomMediaPolicy(int MaxBitrateBps, ImmutableArray<string> VideoCodecs, bool AudioRed = true, int LoudestN = 3)
{
    public static readonly RoomMediaPolicy Default = new(2_500_000, ["VP8", "H264", "VP9", "AV1"]);
}

/// <param name="PeerId">The participant's id: one media connection each.</param>
/// <param name="Sequence">The client's offer number; must be greater than the last one (else <see cref="MediaErrorCode.NegotiationStale"/>).</param>
/// <param name="Publish">What the sections that send carry; a sending section not named here is published with defaults
/// (audio: microphone, video: camera) when <see cref="PeerKind.Whip"/>, otherwise answered inactive.</param>
/// <param name="AllowPublish">False for listeners: sending sections are answered inactive.</param>
/// <param name="AllowData">False: what the page sends on data channels reaches nobody. Only pages (<see cref="PeerKind.Web"/>) ever may.</param>
public sealed record PeerOffer(
    string Room, long Epoch, string PeerId, PeerKind Kind, int Sequence, string Sdp,
    ImmutableArray<PublishRequest> Publish, ImmutableArray<string> UnpublishMids, bool AllowPublish = true, bool AllowData = true);

/// <param name="TrackId">Chosen by the caller (<c>tr_…</c>), so that a repeated offer names the same track.</param>
public sealed record PublishRequest(
    string Mid, string TrackId, TrackSource Source, bool Muted = false, bool Simulcast = false, string? Name = null, string? ContentHint = null);

public sealed record PeerAnswer(
    MediaError? Error, int Sequence, string Sdp, ImmutableArray<PublishedTrack> Published, ImmutableArray<SlotSection> Slots)
{
    /// <summary>Of the decision that made this node the home.</summary>
    public long Epoch { get; init; }

    public static PeerAnswer Refused(MediaErrorCode code, string detail) => new(new MediaError(code, detail), 0, "", [], []);
}

public sealed record PublishedTrack(
    string Mid, string TrackId, TrackKind Kind, TrackSource Source, string Codec, int MaxBitrateBps, ImmutableArray<PublishedLayer> Layers);

/// <param name="Scale">By how much the layer's sides are smaller than the source (1, 2, 4).</param>
public sealed record PublishedLayer(string Rid, int MaxBitrateBps, double Scale);

/// <summary>A receive section of the peer's connection that the router fills.</summary>
public sealed record SlotSection(string Mid, TrackKind Kind);

public enum MediaErrorCode : byte
{
    RoomNotOpen, StaleEpoch, PeerUnknown, TrackUnknown, NegotiationStale, SdpInvalid, MediaIncompatible, Overloaded, ShuttingDown,
}

public sealed record MediaError(MediaErrorCode Code, string Detail);

/// <param name="Slots">One entry for each section the client wants to steer; sections left out stay automatic.</param>
/// <param name="AudioOnly">Track ids to hear; default: the loudest.</param>
/// <param name="Paused">No video at all (hidden page); audio goes on.</param>
public sealed record PeerView(long ViewRevision, ImmutableArray<SlotWish> Slots, ImmutableArray<string> AudioOnly, bool Paused);

public enum WishKind : byte { Nothing, Track, Speaker, Auto, Participant }

/// <param name="TrackId">For <see cref="WishKind.Track"/>; the peer id for <see cref="WishKind.Participant"/>.</param>
/// <param name="SpeakerRank">For <see cref="WishKind.Speaker"/>: 0 is the dominant speaker.</param>
public sealed record SlotWish(string Mid, WishKind Kind, string? TrackId, int SpeakerRank, int Width, int Height, int Priority);

public abstract record MediaFact(string Room, long Epoch, string PeerId);

/// <summary>ICE and DTLS are up; packets may flow.</summary>
public sealed record PeerConnected(string Room, long Epoch, string PeerId, string Transport, string SrtpProfile) : MediaFact(Room, Epoch, PeerId);

/// <summary>The path died (consent expired, DTLS failed or closed). The peer stays until closed or renegotiated.</summary>
public sealed record PeerLost(string Room, long Epoch, string PeerId, string Reason) : MediaFact(Room, Epoch, PeerId);

/// <summary>The first packet of a published track arrived: it exists for others.</summary>
public sealed record TrackStarted(string Room, long Epoch, string PeerId, string TrackId, TrackKind Kind, TrackSource Source, string Codec, bool Muted)
    : MediaFact(Room, Epoch, PeerId);

public sealed record TrackEnded(string Room, long Epoch, string PeerId, string TrackId) : MediaFact(Room, Epoch, PeerId);

public abstract record MediaSignal(string Room)
{
    /// <summary>Of the decision by which the room's media is where this comes from: what an older home says does not count any more.</summary>
    public long Epoch { get; init; }
}

/// <summary>The named slots of one viewer now carry this.</summary>
public sealed record SlotsChanged(string Room, string PeerId, ImmutableArray<SlotState> Slots) : MediaSignal(Room);

public enum SlotPhase : byte { Live, Paused, WaitingKeyframe }

/// <param name="Cause">Why it is paused: <c>bandwidth</c>, <c>view</c> or <c>muted</c>; null while live.</param>
public sealed record SlotState(string Mid, string? TrackId, string? PeerId, SlotPhase Phase, string? Cause);

/// <summary>What of a track somebody watches now; for its publisher (product §7.4).</summary>
/// <param name="ActiveRids">Encodings that are needed, in rising order of quality; empty without encodings, and when nobody watches.</param>
/// <param name="MaxHeight">Lines of the largest picture shown; 0 when nobody watches, the largest number where there is no limit.</param>
/// <param name="MaxBitrateBps">Bits per second in all; 0 when nobody watches.</param>
public sealed record PublishHinted(
    string Room, string PeerId, string TrackId, ImmutableArray<string> ActiveRids, int MaxHeight, int MaxBitrateBps) : MediaSignal(Room);

/// <summary>Who speaks; every 300 ms while it changes.</summary>
public sealed record SpeakersChanged(string Room, string? DominantPeerId, ImmutableArray<SpeakerLevel> Levels) : MediaSignal(Room);

/// <param name="Level">0 (silent) to 100 (as loud as it gets).</param>
public sealed record SpeakerLevel(string PeerId, int Level);

public sealed record RoomMediaInventory(string Room, long Epoch, int Shard, ImmutableArray<PeerInventory> Peers);

public sealed record PeerInventory(string PeerId, string State, string? RemoteAddress, ImmutableArray<PublishedTrack> Tracks);
