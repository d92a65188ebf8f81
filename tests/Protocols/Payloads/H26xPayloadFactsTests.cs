using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class H26xPayloadFactsTests
{
    [Theory(DisplayName = "V-18 RFC 6184: single NAL units, STAP-A and FU-A")]
    [InlineData("65 88", true, true, true, true, true)] // IDR, first macroblock 0
    [InlineData("65 40", true, true, false, true, true)] // IDR, a later slice
    [InlineData("67 42", true, false, true, true, true)] // SPS
    [InlineData("68 CE", false, false, true, true, true)] // PPS
    [InlineData("41 9A", false, false, true, true, true)] // slice, first macroblock 0
    [InlineData("41 4A", false, false, false, true, true)] // slice, later
    [InlineData("78 0002 68CE 0003 658800", true, true, true, true, true)] // STAP-A: PPS and IDR
    [InlineData("78 0002 419A 0002 414A", false, false, true, true, true)] // STAP-A: two slices
    [InlineData("7C 85 88", true, true, true, true, false)] // FU-A: IDR begins
    [InlineData("7C 05 88", false, true, false, false, false)] // FU-A: IDR goes on
    [InlineData("7C 45 88", false, true, false, false, true)] // FU-A: IDR ends
    [InlineData("5C 81 9A", false, false, true, true, false)] // FU-A: slice begins
    public void H264(string hex, bool key, bool idr, bool picture, bool begins, bool ends)
    {
        Assert.True(H264PayloadFacts.TryRead(Hex(hex), out var facts));
        Assert.Equal((key, idr, picture, begins, ends), (facts.IsKeyframeStart, facts.HasIdr, facts.BeginsPicture, facts.BeginsUnit, facts.EndsUnit));
    }

    [Fact]
    public void Parameter_sets_are_seen_alone_and_in_an_aggregate()
    {
        Assert.True(H264PayloadFacts.TryRead(Hex("78 0002 6742 0002 68CE"), out var facts));
        Assert.True(facts.HasParameterSets && facts.IsKeyframeStart);
        Assert.False(facts.HasIdr);
        Assert.True(H264PayloadFacts.TryRead(Hex("65 88"), out facts));
        Assert.False(facts.HasParameterSets);
    }

    [Theory(DisplayName = "TU-21 Z-08 H.264 payloads that lie or use packetization mode 2 are refused")]
    [InlineData("")]
    [InlineData("65")]
    [InlineData("E5 88")] // forbidden bit
    [InlineData("60 88")] // type 0
    [InlineData("78 0003 68CE")] // unit past the end
    [InlineData("78 0000 0002 68CE")] // empty unit
    [InlineData("78 0002 68CE 00")] // half a size
    [InlineData("7C C5 88")] // both start and end
    [InlineData("7C 85")] // no octet of the unit
    [InlineData("79 0001 0002 68CE")] // STAP-B
    [InlineData("7D 85 0001 88")] // FU-B
    public void H264_refused(string hex) => Assert.False(H264PayloadFacts.TryRead(Hex(hex), out _));

    [Theory(DisplayName = "V-18 RFC 7798: single NAL units, AP, FU and PACI")]
    [InlineData("2601 AF", true, true, true, true, true, 0)] // IDR_W_RADL, first segment
    [InlineData("2A02 2F", true, true, false, true, true, 1)] // CRA, a later segment
    [InlineData("4001 0C", true, false, true, true, true, 0)] // VPS
    [InlineData("4201 01", true, false, true, true, true, 0)] // SPS
    [InlineData("4401 C1", false, false, true, true, true, 0)] // PPS
    [InlineData("0203 D0", false, false, true, true, true, 2)] // TRAIL_R
    [InlineData("6001 0003 4401C1 0003 2601AF", true, true, true, true, true, 0)] // AP: PPS and IDR
    [InlineData("6201 93 AF", true, true, true, true, false, 0)] // FU: IDR begins
    [InlineData("6201 13 AF", false, true, false, false, false, 0)] // FU: goes on
    [InlineData("6201 53 AF", false, true, false, false, true, 0)] // FU: ends
    [InlineData("6401 2630 010203 AF", true, true, true, true, true, 0)] // PACI with 3 octets around an IDR
    [InlineData("6401 6200 93 AF", true, true, true, true, false, 0)] // PACI around a FU
    public void H265(string hex, bool key, bool irap, bool picture, bool begins, bool ends, int temporal)
    {
        Assert.True(H265PayloadFacts.TryRead(Hex(hex), out var facts));
        Assert.Equal(
            (key, irap, picture, begins, ends, temporal),
            (facts.IsKeyframeStart, facts.HasIrap, facts.BeginsPicture, facts.BeginsUnit, facts.EndsUnit, (int)facts.TemporalId));
    }

    [Theory(DisplayName = "TU-21 Z-08 H.265 payloads that lie are refused")]
    [InlineData("2601")]
    [InlineData("A601 AF")] // forbidden bit
    [InlineData("2600 AF")] // TID + 1 is zero
    [InlineData("6001 0004 4401C1")] // unit past the end
    [InlineData("6001 0002 4401")] // nothing but a header
    [InlineData("6001 0003 4401C1 00")]
    [InlineData("6201 93")]
    [InlineData("6201 D3 AF")] // both start and end
    [InlineData("6401 2630 0102")] // extension past the end
    [InlineData("6401 6400 2600 AF")] // PACI in PACI
    [InlineData("6601 AF")] // type 51
    public void H265_refused(string hex) => Assert.False(H265PayloadFacts.TryRead(Hex(hex), out _));

    [Fact(DisplayName = "Z-08 damaged payloads never throw")]
    public void Damage()
    {
        var read = 0;
        foreach (var hex in new[] { "78 0002 68CE 0003 658800", "7C 85 88", "6001 0003 4401C1 0003 2601AF", "6401 2630 010203 AF" })
        {
            foreach (var bytes in Damaged(Hex(hex)))
            {
                if (H264PayloadFacts.TryRead(bytes, out _)) read++;
                if (H265PayloadFacts.TryRead(bytes, out _)) read++;
            }
        }
        Assert.True(read > 50);
    }
}
