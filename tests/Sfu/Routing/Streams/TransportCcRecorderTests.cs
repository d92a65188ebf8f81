using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class TransportCcRecorderTests
{
    private readonly byte[] _buffer = new byte[1_200];

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private List<(ushort Base, int Count)> Write(TransportCcRecorder recorder, double ms)
    {
        var written = new List<(ushort, int)>();
        while (recorder.TryWrite(At(ms), 1, 2, _buffer, out var length))
        {
            Assert.Equal(0, length % 4);
            Assert.Equal(written.Count, _buffer[19] - FirstCount(written));
            written.Add(((ushort)(_buffer[12] << 8 | _buffer[13]), _buffer[14] << 8 | _buffer[15]));
            Assert.InRange(written.Count, 1, 100);
        }

        return written;

        int FirstCount(List<(ushort, int)> soFar) => soFar.Count == 0 ? _feedbackCount = _buffer[19] : _feedbackCount;
    }

    private int _feedbackCount;

    [Fact(DisplayName = "E.10 feedback is due after 250 ms, 100 ms with 20 packets, 50 ms with a marker, or at once with 100 packets")]
    public void Cadence()
    {
        var few = new TransportCcRecorder();
        Assert.Equal(Instant.Never, few.NextDeadline);
        few.OnPacket(At(10), 1, marker: false);
        Assert.Equal(At(260), few.NextDeadline);
        Assert.False(few.IsDue(At(259)));
        Assert.True(few.IsDue(At(260)));
        few.OnPacket(At(20), 2, marker: true);
        Assert.Equal(At(60), few.NextDeadline);

        var many = new TransportCcRecorder();
        for (var i = 0; i < 20; i++) many.OnPacket(At(10), (ushort)i, marker: false);
        Assert.Equal(At(110), many.NextDeadline);
        for (var i = 20; i < 100; i++) many.OnPacket(At(10), (ushort)i, marker: false);
        Assert.True(many.IsDue(At(10)));
    }

    [Fact(DisplayName = "E.19.1 transport-wide numbers wrap at 65,535; lost ones are told as lost")]
    public void WrapAndLoss()
    {
        var recorder = new TransportCcRecorder();
        recorder.OnPacket(At(0), 65_534, marker: false);
        recorder.OnPacket(At(1), 1, marker: true);
        Assert.Equal(4, recorder.Count);
        Assert.Equal([((ushort)65_534, 4)], Write(recorder, 60));
        Assert.Equal(Instant.Never, recorder.NextDeadline);
        recorder.OnPacket(At(100), 3, marker: true);
        Assert.Equal([((ushort)2, 2)], Write(recorder, 160));
    }

    [Fact(DisplayName = "E.10 a packet that comes after it was told lost is told again within 500 ms, a duplicate is not")]
    public void LateArrival()
    {
        var recorder = new TransportCcRecorder();
        recorder.OnPacket(At(0), 10, marker: false);
        recorder.OnPacket(At(0), 12, marker: true);
        Write(recorder, 60);
        recorder.OnPacket(At(70), 12, marker: false);
        Assert.Equal(0, recorder.Count);
        recorder.OnPacket(At(80), 11, marker: true);
        Assert.Equal([((ushort)11, 2)], Write(recorder, 120));
    }

    [Fact(DisplayName = "E.10 more than fits one packet is told in several, and a jump of thousands starts anew")]
    public void ManyAndJump()
    {
        var recorder = new TransportCcRecorder();
        for (var i = 0; i < 1_000; i++) recorder.OnPacket(At(i / 10.0), (ushort)i, marker: false);
        var written = Write(recorder, 100);
        Assert.Equal(1_000, written.Sum(packet => packet.Count));
        Assert.Equal(4, written.Count);
        recorder.OnPacket(At(200), 20_000, marker: true);
        Assert.Equal([((ushort)20_000, 1)], Write(recorder, 300));
    }

    [Fact(DisplayName = "E.10 a gap that falls between two packets of feedback is told of in the second")]
    public void GapAtTheJoint()
    {
        var recorder = new TransportCcRecorder();
        for (var i = 0; i < TransportCcRecorder.StatusesPerPacket; i++) recorder.OnPacket(At(i / 10.0), (ushort)i, marker: false);
        recorder.OnPacket(At(40), TransportCcRecorder.StatusesPerPacket + 10, marker: false);
        Assert.Equal(
            [((ushort)0, TransportCcRecorder.StatusesPerPacket), ((ushort)TransportCcRecorder.StatusesPerPacket, 11)],
            Write(recorder, 50));
    }

    [Fact(DisplayName = "E.10 whatever numbers arrive, writing ends and all that arrived since is told")]
    public void Property() => CsCheck.Gen.Select(CsCheck.Gen.Int[-40, 200], CsCheck.Gen.Int[0, 40]).Array[1, 300].Sample2(steps =>
    {
        var recorder = new TransportCcRecorder();
        long seq = 0;
        long now = 0;
        foreach (var (step, ms) in steps)
        {
            now += ms;
            seq += step;
            recorder.OnPacket(At(now), (ushort)seq, marker: false);
            if (!recorder.IsDue(At(now))) continue;
            Assert.True(Write(recorder, now).Count > 0);
            Assert.Equal(0, recorder.Count);
        }
    });
}

internal static class Sampling
{
    public static void Sample2<T>(this CsCheck.Gen<T> gen, Action<T> check) => CsCheck.Check.Sample(gen, check, iter: 200, threads: 1);
}
