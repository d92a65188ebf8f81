using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class Av1PayloadTests
{
    [Theory(DisplayName = "V-18 AV1 4.4: the aggregation header and the elements after it")]
    [InlineData("28 02 0A0B 30FF", "0A0B 30FF")] // W=2, N: a length for the first only
    [InlineData("10 30FFEE", "30FFEE")] // W=1
    [InlineData("00 02 0A0B 8200 30FF", "0A0B 30FF")] // W=0, a length in two octets
    [InlineData("30 00 01 AA BB", " AA BB")] // W=3, an empty element
    public void Elements(string hex, string elements)
    {
        var payload = Hex(hex);
        Assert.True(Av1AggregationHeader.TryParse(payload, out var header));
        var reader = new Av1ElementReader(header, payload);
        foreach (var expected in elements.Split(' '))
        {
            Assert.True(reader.TryRead(out var element));
            Assert.Equal(Hex(expected), element.ToArray());
        }
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsMalformed);
    }

    [Fact]
    public void The_flags_are_read_and_a_sequence_starts_only_at_an_obu()
    {
        Assert.True(Av1AggregationHeader.TryParse(Hex("D0 00"), out var header));
        Assert.Equal(new Av1AggregationHeader(true, true, 1, false), header);
        Assert.True(Av1AggregationHeader.TryParse(Hex("18 0A"), out header));
        Assert.True(header.IsSequenceStart);
        Assert.Equal(1, Av1ElementReader.ObuType(Hex("0A")));
        Assert.False(Av1AggregationHeader.TryParse(Hex("98 0A"), out _));
        Assert.False(Av1AggregationHeader.TryParse(Hex("18"), out _));
    }

    [Theory(DisplayName = "TU-21 Z-07 element lengths past the end end the walk")]
    [InlineData("20 03 0A0B")]
    [InlineData("30 01 0A 01 0B")] // the third element is missing
    [InlineData("00 FFFFFFFFFFFFFFFF7F 00")]
    [InlineData("00 FFFFFFFFFF 00")]
    [InlineData("00 80")]
    public void Malformed(string hex)
    {
        var payload = Hex(hex);
        Assert.True(Av1AggregationHeader.TryParse(payload, out var header));
        var reader = new Av1ElementReader(header, payload);
        while (reader.TryRead(out _)) { }
        Assert.True(reader.IsMalformed);
    }

    [Fact(DisplayName = "Z-07 damaged payloads never throw")]
    public void Damage()
    {
        var elements = 0;
        foreach (var bytes in Damaged(Hex("28 02 0A0B 30FF")).Concat(Damaged(Hex("00 02 0A0B 8200 30FF"))))
        {
            if (!Av1AggregationHeader.TryParse(bytes, out var header)) continue;
            var reader = new Av1ElementReader(header, bytes);
            while (reader.TryRead(out _)) elements++;
        }
        Assert.True(elements > 20);
    }
}
