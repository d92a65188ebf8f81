using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Negotiation;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Sfu.Tests.Negotiation;

/// <summary>A shard with one open room at epoch 7, and the answerer in front of it.</summary>
internal sealed class Front : IDisposable
{
    public const string Room = "room";
    public const long Epoch = 7;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private readonly DtlsIdentity _identity = DtlsIdentity.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DtlsContext _dtls;
    private readonly Answerer _answerer;

    public Front()
    {
        _dtls = new DtlsContext(_identity, DtlsRole.Server);
        var setup = new ShardSetup(
            _dtls, _identity, new NtpClock(DateTimeOffset.UnixEpoch, Now), new RecordingListener(), NullLogger.Instance);
        Shard = new MediaShard(0, setup, new VirtualTransport(new VirtualNetwork(1, LinkProfile.Perfect), World.ServerAddress));
        _answerer = new Answerer(setup, [System.Net.IPAddress.Loopback]);
        Shard.OpenRoom(Room, RoomMediaPolicy.Default).Epoch = Epoch;
    }

    public MediaShard Shard { get; }

    public static PeerOffer Offer(string sdp, PeerKind kind = PeerKind.Web, int sequence = 1, params string[] publish) =>
        new(Room, Epoch, "pa_1", kind, sequence, sdp, Requests(publish), []);

    public PeerAnswer Answer(PeerOffer offer)
    {
        Assert.True(SdpParser.TryParse(offer.Sdp, out var description, out var error), $"{error}");
        var answer = _answerer.Answer(Now, Shard, offer, description).Complete();
        if (answer.Error is null)
            Assert.Equal(AnswerFault.None, AnswerCheck.Find(description, Read(answer.Sdp)));
        return answer;
    }

    public static SessionDescription Read(string sdp)
    {
        Assert.True(SdpParser.TryParse(sdp, out var description, out var error), $"{error}");
        return description;
    }

    public void Dispose()
    {
        Shard.CloseRoom(Now, Shard.Rooms[Room]);
        _dtls.Dispose();
        _identity.Dispose();
    }

    private static ImmutableArray<PublishRequest> Requests(string[] mids) =>
        [.. mids.Select(mid => new PublishRequest(mid, $"tr_{mid}", mid == "0" ? TrackSource.Microphone : TrackSource.Camera))];
}
