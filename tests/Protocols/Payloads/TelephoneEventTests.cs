using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public class TelephoneEventTests
{
    private TelephoneEventReader _reader;

    [Fact(DisplayName = "A payload says key, end, volume and duration, and reads back as written")]
    public void RoundTrip()
    {
        var written = new byte[TelephoneEvent.Length];
        var value = new TelephoneEvent(11, true, 10, 1_600);
        value.Write(written);
        Assert.Equal([11, 0x8A, 0x06, 0x40], written);
        Assert.True(TelephoneEvent.TryParse(written, out var read));
        Assert.Equal((value, '#'), (read, read.Key));
        Assert.False(TelephoneEvent.TryParse(written.AsSpan(0, 3), out _));
        Assert.Equal((15, -1), (TelephoneEvent.NumberOf('d'), TelephoneEvent.NumberOf('E')));
    }

    [Fact(DisplayName = "A press of many packets and three ends is one digit, told with the first")]
    public void OnePress()
    {
        Assert.Equal('5', Take(0, 1_000, true, 5, 160));
        for (var i = 2; i < 8; i++)
        {
            Assert.Null(Take(i * 20, 1_000, false, 5, 160 * i));
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(Take(160 + i, 1_000, false, 5, 1_300, isEnd: true));
        }
    }

    [Fact(DisplayName = "The same key again is another digit: after an end, with a marker, or 200 ms after a lost end")]
    public void PressedAgain()
    {
        Assert.Equal('1', Take(0, 1_000, true, 1, 160));
        Assert.Null(Take(20, 1_000, false, 1, 320, isEnd: true));
        Assert.Equal('1', Take(100, 1_800, false, 1, 160));
        Assert.Equal('1', Take(180, 2_440, true, 1, 160));
        Assert.Equal('1', Take(380, 2_500, false, 1, 160));
    }

    [Fact(DisplayName = "Only an end came: it is a digit, once")]
    public void OnlyEnds()
    {
        Assert.Equal('9', Take(0, 1_000, false, 9, 800, isEnd: true));
        Assert.Null(Take(0, 1_000, false, 9, 800, isEnd: true));
    }

    [Fact(DisplayName = "A key held for longer than a duration can say goes on under the next timestamp")]
    public void HeldLong()
    {
        Assert.Equal('2', Take(0, 1_000, true, 2, 160));
        Assert.Null(Take(20, 1_000, false, 2, 65_535));
        Assert.Null(Take(40, 1_000 + 65_535, false, 2, 160));
        Assert.Null(Take(60, 1_000 + 65_535, false, 2, 320));
    }

    [Fact(DisplayName = "What comes late of the press before is no digit; nor are tones that are no keys")]
    public void Late()
    {
        Assert.Equal('1', Take(0, 1_000, true, 1, 160));
        Assert.Equal('2', Take(20, 1_400, true, 2, 160));
        Assert.Null(Take(40, 1_000, false, 1, 320, isEnd: true));
        Assert.Null(Take(60, 1_400, false, 2, 320));
        Assert.Null(Take(80, 2_000, true, 16, 160));
    }

    [Fact(DisplayName = "What the writer writes the reader reads: each key once, in order, with the end said three times")]
    public void WriterToReader()
    {
        var writer = new TelephoneEventWriter();
        Assert.True(writer.TryPress("15#a1"));
        var (digits, ends, sound, last) = ("", 0, 0, default(TelephoneEventPacket));
        var payload = new byte[TelephoneEvent.Length];
        for (var i = 0; i < 100; i++)
        {
            if (!writer.TryNext((uint)(160 * i), 20, 8_000, out var packet))
            {
                sound++;
                continue;
            }

            packet.Event.Write(payload);
            ends += packet.Event.IsEnd ? 1 : 0;
            last = packet;
            if (_reader.Receive(Instant.FromMilliseconds(20 * i), packet.Timestamp, packet.Marker, payload, out var key))
            {
                digits += key;
            }
        }

        Assert.Equal(("15#A1", 15), (digits, ends));
        Assert.Equal((1_280, true, false), (last.Event.Duration, last.Event.IsEnd, last.Marker));
        Assert.True(sound > 20);
        Assert.False(writer.IsBusy);
    }

    [Fact(DisplayName = "What is no key, or too much, is not pressed at all")]
    public void NoKeys()
    {
        var writer = new TelephoneEventWriter();
        Assert.False(writer.TryPress("12x"));
        Assert.False(writer.TryPress(new string('1', TelephoneEventWriter.MostKeys + 1)));
        Assert.False(writer.TryNext(0, 20, 8_000, out _));
    }

    private char? Take(int milliseconds, long timestamp, bool marker, int number, int duration, bool isEnd = false)
    {
        Span<byte> payload = stackalloc byte[TelephoneEvent.Length];
        new TelephoneEvent((byte)number, isEnd, 10, (ushort)duration).Write(payload);
        return _reader.Receive(Instant.FromMilliseconds(5_000 + milliseconds), (uint)timestamp, marker, payload, out var key) ? key : null;
    }
}
