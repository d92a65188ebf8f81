using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class NackGeneratorTests
{
    private readonly ushort[] _lost = new ushort[2_000];

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private ushort[] Collect(NackGenerator nack, double ms, int rtt = 30) => _lost[..nack.Collect(At(ms), rtt, _lost)];

    [Fact(DisplayName = "E.9 a gap is asked for after 10 ms, again each max(RTT, 40 ms), and ten times at most")]
    public void AsksAndRepeats()
    {
        var nack = new NackGenerator();
        nack.OnPacket(At(0), 65_534);
        nack.OnPacket(At(1), 65_537);
        Assert.Equal(At(11), nack.NextDeadline);
        Assert.Empty(Collect(nack, 10));
        Assert.Equal([65_535, 0], Collect(nack, 11));
        Assert.Equal(At(51), nack.NextDeadline);
        Assert.Empty(Collect(nack, 50));
        for (var i = 1; i < 10; i++) Assert.Equal(2, Collect(nack, 11 + i * 40).Length);
        Assert.Empty(Collect(nack, 1_000));
        Assert.Equal(Instant.Never, nack.NextDeadline);
    }

    [Fact(DisplayName = "E.9 what came late or by retransmission is not asked for again and counts as recovered")]
    public void Recovers()
    {
        var nack = new NackGenerator();
        nack.OnPacket(At(0), 10);
        nack.OnPacket(At(0), 14);
        nack.OnPacket(At(5), 11);
        Assert.Equal([12, 13], Collect(nack, 10));
        nack.OnPacket(At(60), 12, isRtx: true);
        Assert.Equal([13], Collect(nack, 60));
        Assert.Equal((3, 1), (nack.TotalMissing, nack.TotalRecovered));
        Assert.Equal(50, nack.RecoveryMs);
    }

    [Fact(DisplayName = "E.9 a gap above 1,000 asks for a keyframe instead; with a keyframe after it nothing is asked")]
    public void TooLarge()
    {
        var nack = new NackGenerator();
        nack.OnPacket(At(0), 10);
        nack.OnPacket(At(0), 1_500);
        Assert.Equal(0, nack.Count);
        Assert.True(nack.TakeKeyframeNeeded());
        Assert.False(nack.TakeKeyframeNeeded());
        nack.OnPacket(At(0), 4_000, isKeyframeStart: true);
        Assert.Equal(0, nack.Count);
        Assert.False(nack.TakeKeyframeNeeded());
    }

    [Fact(DisplayName = "E.9 an overflowing list gives up what is older than the newest keyframe start")]
    public void OverflowKeepsNewest()
    {
        var nack = new NackGenerator();
        nack.OnPacket(At(0), 10);
        nack.OnPacket(At(0), 611, isKeyframeStart: true);
        nack.OnPacket(At(0), 1_212);
        Assert.Equal(600, nack.Count);
        Assert.Equal(612, Collect(nack, 20)[0]);
        Assert.False(nack.TakeKeyframeNeeded());
    }

    [Fact(DisplayName = "E.9 audio is asked for twice, and only below 100 ms of round trip; an unwanted layer never")]
    public void AudioAndUnwanted()
    {
        var audio = new NackGenerator(isAudio: true);
        audio.OnPacket(At(0), 10);
        audio.OnPacket(At(0), 12);
        Assert.Single(Collect(audio, 10));
        Assert.Single(Collect(audio, 50));
        Assert.Empty(Collect(audio, 90));
        audio.OnPacket(At(100), 14);
        Assert.Empty(Collect(audio, 120, rtt: 100));
        Assert.Equal(0, audio.Count);

        var unwanted = new NackGenerator { IsWanted = false };
        unwanted.OnPacket(At(0), 10);
        unwanted.OnPacket(At(0), 20);
        Assert.Empty(Collect(unwanted, 10));
    }

    [Fact(DisplayName = "E.9 the list is bounded and never names a packet that came, or one ten times over")]
    public void Property() => Gen.Select(Gen.Int[-50, 300], Gen.Int[0, 60], Gen.Bool).Array[1, 300].Sample(steps =>
    {
        var nack = new NackGenerator();
        var came = new HashSet<long>();
        var asked = new Dictionary<ushort, int>();
        var lost = new ushort[200];
        long seq = 70_000;
        long now = 0;
        foreach (var (step, ms, keyframe) in steps)
        {
            seq = Math.Max(70_000, seq + step);
            now += ms;
            nack.OnPacket(At(now), seq, isKeyframeStart: keyframe);
            came.Add(seq);
            Assert.InRange(nack.Count, 0, NackGenerator.LongestList);
            foreach (var number in lost[..nack.Collect(At(now), 20, lost)])
            {
                Assert.DoesNotContain(came, c => (ushort)c == number && seq - c < 32_768);
                asked[number] = asked.GetValueOrDefault(number) + 1;
                Assert.InRange(asked[number], 1, 10);
            }
        }
    }, iter: 200);
}
