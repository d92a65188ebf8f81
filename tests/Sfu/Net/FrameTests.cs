using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class FrameTests
{
    private static readonly byte[] Stream = [0, 3, 1, 2, 3, 0, 0, 0, 1, 9, .. Frame(Bytes.Pattern(1500)), 0, 2, 7, 8];

    [Fact(DisplayName = "RFC 4571 frames come out the same wherever the stream is split")]
    public void Split_everywhere()
    {
        for (var split = 0; split <= Stream.Length; split++)
        {
            var reader = new FrameReader();
            var frames = Feed(reader, Stream[..split]);
            frames.AddRange(Feed(reader, Stream[split..]));
            AssertFrames(frames);
        }
    }

    [Fact]
    public void Frames_come_out_the_same_byte_by_byte()
    {
        var reader = new FrameReader();
        AssertFrames([.. Stream.SelectMany(b => Feed(reader, [b]))]);
    }

    [Fact(DisplayName = "L1 a frame longer than 1,500 bytes ends the stream as soon as its length is known")]
    public void Too_long()
    {
        var reader = new FrameReader();
        Write(reader, [0, 1, 5, 0x05, 0xDD]);
        Assert.Equal(FrameOutcome.Frame, reader.TryRead(out var frame));
        Assert.Equal([5], frame.ToArray());
        Assert.Equal(FrameOutcome.TooLong, reader.TryRead(out _));
    }

    [Fact]
    public void An_endless_stream_never_fills_the_reader()
    {
        var reader = new FrameReader();
        var (sent, got) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var free = reader.Free;
            Assert.NotEqual(0, free.Length);
            for (var at = 0; at < free.Length; at++, sent++) free[at] = (byte)(sent % 1502 is 0 ? 5 : sent % 1502 is 1 ? 0xDC : 1);
            reader.Received(free.Length);
            while (reader.TryRead(out var frame) == FrameOutcome.Frame) got += frame.Length + 2;
        }

        Assert.InRange(got, sent - 1502, sent);
    }

    [Fact]
    public void The_send_queue_takes_whole_frames_up_to_its_limit_and_gives_them_back_in_order()
    {
        var queue = new FrameQueue();
        var taken = 0;
        while (queue.TryAppend(Bytes.Pattern(1000, taken), FrameQueue.MaxBytes)) taken++;
        Assert.Equal(FrameQueue.MaxBytes / 1002, taken);

        var reader = new FrameReader();
        var frames = new List<byte[]>();
        for (var step = 1; !queue.IsEmpty; step = step * 2 % 1997)
        {
            var part = queue.Pending[..Math.Min(step, queue.Pending.Length)].ToArray();
            queue.Consume(part.Length);
            frames.AddRange(Feed(reader, part));
        }

        Assert.Equal(taken, frames.Count);
        for (var i = 0; i < taken; i++) Assert.Equal(Bytes.Pattern(1000, i), frames[i]);
        Assert.True(queue.TryAppend([1], FrameQueue.InitialBytes));
    }

    [Fact]
    public void Strangers_are_limited_per_address_and_in_all_and_make_room_when_they_leave()
    {
        var limits = new StrangerLimits();
        var one = Sylk.Conference.Protocols.TransportAddress.FromIPv4(1, 1);
        for (var i = 0; i < StrangerLimits.PerAddress; i++) Assert.True(limits.TryEnter(one with { Port = (ushort)i }));
        Assert.False(limits.TryEnter(one));
        for (var i = StrangerLimits.PerAddress; i < StrangerLimits.Total; i++)
        {
            Assert.True(limits.TryEnter(Sylk.Conference.Protocols.TransportAddress.FromIPv4((uint)i + 100, 1)));
        }

        Assert.False(limits.TryEnter(Sylk.Conference.Protocols.TransportAddress.FromIPv4(2, 1)));
        limits.Leave(one);
        Assert.True(limits.TryEnter(one));
    }

    internal static byte[] Frame(byte[] packet) => [(byte)(packet.Length >> 8), (byte)packet.Length, .. packet];

    private static void AssertFrames(List<byte[]> frames)
    {
        Assert.Equal(4, frames.Count);
        Assert.Equal([1, 2, 3], frames[0]);
        Assert.Equal([9], frames[1]);
        Assert.Equal(Bytes.Pattern(1500), frames[2]);
        Assert.Equal([7, 8], frames[3]);
    }

    private static List<byte[]> Feed(FrameReader reader, byte[] bytes)
    {
        Write(reader, bytes);
        var frames = new List<byte[]>();
        while (reader.TryRead(out var frame) == FrameOutcome.Frame) frames.Add(frame.ToArray());
        return frames;
    }

    private static void Write(FrameReader reader, byte[] bytes)
    {
        bytes.CopyTo(reader.Free);
        reader.Received(bytes.Length);
    }
}
