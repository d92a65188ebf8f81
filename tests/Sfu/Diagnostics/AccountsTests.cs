using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Diagnostics;

public sealed class AccountsTests
{
    private static readonly Instant Now = Instant.FromMilliseconds(1000);

    [Fact]
    public void A_ring_hands_over_each_sample_once_and_counts_what_it_had_no_place_for()
    {
        var ring = new SampleRing();
        for (var i = 0; i < SampleRing.Capacity + 3; i++)
            ring.Add(new MediaSample(MediaMeasure.Jitter, FlowDirection.Receive, TrackKind.Audio, PeerKind.Web, i));
        var taken = new List<double>();
        ring.Drain(sample => taken.Add(sample.Value));
        Assert.Equal(SampleRing.Capacity, taken.Count);
        Assert.Equal(taken.Order(), taken);
        Assert.Equal(3, ring.Missed);
        ring.Drain(_ => Assert.Fail("nothing new came"));
    }

    [Fact]
    public void The_oldest_packet_of_each_kind_is_measured_once_a_flush()
    {
        var ring = new SampleRing();
        var times = new ForwardTimes(ring);
        times.OnWaiting(Now, TrackKind.Video);
        times.OnWaiting(Now.PlusMilliseconds(3), TrackKind.Video);
        times.OnWaiting(Now.PlusMilliseconds(2), TrackKind.Audio);
        times.OnFlushed(Now.PlusMilliseconds(4));
        times.OnFlushed(Now.PlusMilliseconds(9));
        var taken = new List<MediaSample>();
        ring.Drain(taken.Add);
        Assert.Equal([(TrackKind.Audio, 0.002), (TrackKind.Video, 0.004)], taken.Select(sample => (sample.Kind, sample.Value)));
    }

    [Fact]
    public void Totals_grow_by_what_came_since_also_over_a_wrap_and_never_fall()
    {
        var line = default(TrafficTotals.Line);
        var counted = default(CountedTraffic);
        counted.AddTo(ref line, uint.MaxValue - 1, 10, 5);
        counted.AddTo(ref line, 3, 30, 4);
        counted.AddTo(ref line, 3, 30, 6);
        Assert.Equal((uint.MaxValue - 1L + 5, 30L, 6L), (line.Packets, line.Octets, line.Lost));
    }

    [Fact]
    public void A_receiver_that_lies_about_loss_moves_nothing_by_much()
    {
        var remote = default(RemoteReception);
        remote.OnReport(Block(highest: 1000, lost: 500));
        Assert.Equal((0, 0), (remote.Expected, remote.Lost));
        remote.OnReport(Block(highest: 1100, lost: 510));
        Assert.Equal((100, 10), (remote.Expected, remote.Lost));
        remote.OnReport(Block(highest: 1200, lost: 0x7F_FFFF));
        Assert.Equal((200, 110), (remote.Expected, remote.Lost));
        remote.OnReport(Block(highest: 10, lost: -0x80_0000));
        remote.OnReport(Block(highest: 0x8000_0000, lost: 0x7F_FFFF));
        Assert.Equal((200, 110), (remote.Expected, remote.Lost));
    }

    private static ReportBlock Block(uint highest, int lost) => new(1, 0, lost, highest, 0, 0, 0);
}
