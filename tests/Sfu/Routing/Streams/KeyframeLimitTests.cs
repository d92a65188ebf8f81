using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class KeyframeLimitTests
{
    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    [Fact(DisplayName = "TU-15 all wishes within the gap become one request; each reason is counted")]
    public void Merges()
    {
        var governor = new KeyframeGovernor(isLowLayer: false);
        Assert.True(governor.Request(At(0), KeyframeReason.Subscribe));
        Assert.True(governor.TakeDue(At(0), 50));
        Assert.False(governor.Request(At(1), KeyframeReason.DecoderLoss));
        Assert.False(governor.Request(At(2), KeyframeReason.DecoderLoss));
        Assert.False(governor.TakeDue(At(999), 50));
        Assert.Equal((1, 2, 1), (governor.WishesFor(KeyframeReason.Subscribe), governor.WishesFor(KeyframeReason.DecoderLoss), governor.Sent));
    }

    [Fact(DisplayName = "E.8 a request is repeated at max(RTT + 100 ms, gap) until a keyframe starts")]
    public void RepeatsUntilKeyframe()
    {
        var governor = new KeyframeGovernor(isLowLayer: false);
        governor.Request(At(0));
        Assert.True(governor.TakeDue(At(0), 1_500));
        Assert.Equal(At(1_600), governor.NextDeadline);
        Assert.True(governor.TakeDue(At(1_600), 50));
        Assert.Equal(At(2_600), governor.NextDeadline);
        governor.OnKeyframe(At(2_000));
        Assert.Equal(Instant.Never, governor.NextDeadline);
        Assert.False(governor.TakeDue(At(9_000), 50));
    }

    [Fact(DisplayName = "E.8 after 10 s without any keyframe or new wish it stops")]
    public void GivesUp()
    {
        var governor = new KeyframeGovernor(isLowLayer: false);
        governor.Request(At(0));
        for (var ms = 0; ms <= 20_000; ms += 100) governor.TakeDue(At(ms), 50);
        Assert.Equal(10, governor.Sent);
        Assert.False(governor.IsPending);
    }

    [Fact(DisplayName = "E.8 a wish soon after a keyframe waits out the gap: 500 ms on the low layer, 1 s on others")]
    public void GapAfterKeyframe()
    {
        var low = new KeyframeGovernor(isLowLayer: true);
        var high = new KeyframeGovernor(isLowLayer: false);
        foreach (var governor in new[] { low, high })
        {
            governor.Request(At(0));
            governor.TakeDue(At(0), 10);
            governor.OnKeyframe(At(50));
            governor.Request(At(100));
        }

        Assert.Equal((At(500), At(1_000)), (low.NextDeadline, high.NextDeadline));
    }

    [Fact(DisplayName = "L7 whatever is wished, at most one request a second (two in any 2 s on the low layer)")]
    public void Property() => Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 400], Gen.Int[0, 3]).Array[1, 300]).Sample((isLow, steps) =>
    {
        var governor = new KeyframeGovernor(isLow);
        var sent = new List<long>();
        long now = 0;
        foreach (var (ms, act) in steps)
        {
            now += ms;
            if (act == 0) governor.OnKeyframe(At(now));
            else governor.Request(At(now));
            if (governor.TakeDue(At(now), 10)) sent.Add(now);
        }

        for (var i = 1; i < sent.Count; i++) Assert.True(sent[i] - sent[i - 1] >= (isLow ? 500 : 1_000));
        for (var i = 2; i < sent.Count; i++) Assert.True(sent[i] - sent[i - 2] >= 2_000);
    }, iter: 300);

    [Fact(DisplayName = "L7 one receiver is honoured once per 200 ms and three times per 10 s")]
    public void ReceiverLimit()
    {
        var limit = new KeyframeRequestLimit();
        int[] honoured = [.. Enumerable.Range(0, 250).Select(i => i * 50).Where(ms => limit.Allow(At(ms)))];
        Assert.Equal([0, 200, 400, 10_000, 10_200, 10_400], honoured);
    }
}
