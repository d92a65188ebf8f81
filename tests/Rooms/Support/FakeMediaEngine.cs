using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>Keeps the façade's promises about epochs, sequences and unknown peers, and moves no packet.</summary>
public sealed class FakeMediaEngine : IMediaEngine
{
    private readonly ConcurrentDictionary<string, long> _rooms = new();
    private readonly ConcurrentDictionary<string, int> _peers = new();

    /// <summary>Every order in the order it came: <c>open r</c>, <c>close r</c>, <c>peer pt</c>, <c>gone pt</c>, <c>mute tr True</c> …</summary>
    public ConcurrentQueue<string> Orders { get; } = new();

    public IMediaListener? Listener { get; set; }

    public ConcurrentQueue<PeerOffer> Offers { get; } = new();

    public ConcurrentQueue<PeerView> Views { get; } = new();

    /// <summary>Offers with this text are refused as incompatible.</summary>
    public const string Incompatible = "incompatible";

    public const string Answer = "v=0\r\na=ice-ufrag:srv\r\na=ice-pwd:serverpasswordserverpass\r\na=candidate:1 1 udp 1 127.0.0.1 10000 typ host\r\n";

    /// <summary>Last word on the counters, for tests.</summary>
    public Func<MediaEngineStatistics, MediaEngineStatistics> Count { get; set; } = counted => counted;

    /// <summary>What the engine measured and nobody fetched yet.</summary>
    public ConcurrentQueue<MediaSample> Samples { get; } = new();

    public MediaEngineStatistics Statistics =>
        Count(new(1, _rooms.Count, _peers.Count, 0, 0, 0, 0, 0, 0, 0, []));

    public void TakeSamples(Action<MediaSample> take)
    {
        while (Samples.TryDequeue(out var sample))
            take(sample);
    }

    /// <summary>What each room may, as the last order said.</summary>
    public ConcurrentDictionary<string, RoomMediaPolicy> Policies { get; } = new();

    public long EpochOf(string room) => _rooms[room];

    public ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy)
    {
        Orders.Enqueue($"open {room}");
        Policies[room] = policy;
        _rooms[room] = epoch;
        return default;
    }

    public ValueTask<MediaError?> CloseRoomAsync(string room, long epoch) => On(room, epoch, () =>
    {
        Orders.Enqueue($"close {room}");
        _rooms.TryRemove(room, out _);
    });

    public ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer)
    {
        if (Refuse(offer.Room, offer.Epoch) is { } error)
            return new(PeerAnswer.Refused(error.Code, error.Detail));
        if (offer.Sdp.Contains(Incompatible, StringComparison.Ordinal))
            return new(PeerAnswer.Refused(MediaErrorCode.MediaIncompatible, "no codec in common"));
        if (_peers.TryGetValue(offer.PeerId, out var last) && offer.Sequence <= last)
            return new(PeerAnswer.Refused(MediaErrorCode.NegotiationStale, "an older offer"));
        _peers[offer.PeerId] = offer.Sequence;
        Offers.Enqueue(offer);
        Orders.Enqueue($"peer {offer.PeerId}");
        var published = offer.Publish.Select(p => new PublishedTrack(
            p.Mid, p.TrackId, p.Source == TrackSource.Microphone ? TrackKind.Audio : TrackKind.Video, p.Source, "VP8", 1_000_000, []));
        return new(new PeerAnswer(null, offer.Sequence, Answer, [.. published], [new("8", TrackKind.Audio), new("9", TrackKind.Video)]));
    }

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) =>
        On(room, epoch, () => Orders.Enqueue($"candidates {string.Join('|', candidates)}"));

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId)
    {
        if (Refuse(room, epoch) is { } error)
            return new(error);
        Orders.Enqueue($"gone {peerId}");
        return new(_peers.TryRemove(peerId, out _) ? null : new MediaError(MediaErrorCode.PeerUnknown, peerId));
    }

    public ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted) =>
        On(room, epoch, () => Orders.Enqueue($"mute {trackId} {muted}"));

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) => On(room, epoch, () => Views.Enqueue(view));

    public ConcurrentQueue<ClientReport> Reports { get; } = new();

    public ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report) =>
        On(room, epoch, () => Reports.Enqueue(report));

    /// <summary>What a participant is told about their media; by id.</summary>
    public ConcurrentDictionary<string, PeerStatistics> Sheets { get; } = new();

    public ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId) => new(Sheets.GetValueOrDefault(peerId));

    public ValueTask<RoomMediaInventory?> InventoryAsync(string room) => default;

    /// <summary>What a room's voices of this process are; by default that it has none here.</summary>
    public ValueTask<LocalVideoOpened> OpenLocalVideoAsync(string room, long epoch, string peerId) =>
        new(new LocalVideoOpened(Refuse(room, epoch) ?? new MediaError(MediaErrorCode.PeerUnknown, peerId), null));

    public Func<string, ILocalAudio?> LocalAudio { get; set; } = _ => null;

    public ValueTask<LocalAudioOpened> OpenLocalAudioAsync(string room, long epoch) => new(
        Refuse(room, epoch) is { } error ? new LocalAudioOpened(error, null)
        : LocalAudio(room) is { } audio ? new LocalAudioOpened(null, audio)
        : new LocalAudioOpened(new MediaError(MediaErrorCode.RoomNotOpen, room), null));

    public ValueTask<PeerAnswer> TestNetworkAsync(string sdp) => new(new PeerAnswer(null, 1, Answer, [], []));

    /// <summary>What the test of the sockets says; by default that the only one answers.</summary>
    public Func<CancellationToken, ValueTask<ImmutableArray<SocketTest>>> TestSockets { get; set; } =
        _ => new([new SocketTest(0, 10_000, TimeSpan.FromMilliseconds(1), null)]);

    public ValueTask<ImmutableArray<SocketTest>> TestSocketsAsync(CancellationToken stop) => TestSockets(stop);

    private ValueTask<MediaError?> On(string room, long epoch, Action act)
    {
        if (Refuse(room, epoch) is { } error)
            return new(error);
        act();
        return default;
    }

    private MediaError? Refuse(string room, long epoch)
    {
        if (!_rooms.TryGetValue(room, out var newest))
            return new(MediaErrorCode.RoomNotOpen, room);
        return epoch < newest ? new(MediaErrorCode.StaleEpoch, room) : null;
    }
}
