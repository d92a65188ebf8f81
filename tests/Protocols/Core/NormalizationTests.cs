using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Tests;

public sealed class NormalizationTests
{
    [Theory(DisplayName = "UAX #15 NFC: the examples of its figures 3 and 5, and syllables")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("\u0301a", "\u0301a")]
    public void Examples_composed(string text, string expected) => Assert.Equal(expected, Normalization.Compose(text));

    [Fact]
    public void A_broken_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("broken \uFFFD half", Normalization.Compose("broken \ud800 half"));

    [Theory(DisplayName = "UAX #15 NFKC: the examples of its figures 5 and 6")]
    [InlineData("\uFB01", "fi")]
    [InlineData("2\u2075", "25")]
    [InlineData("\u1E9B\u0323", "\u1E69")]
    [InlineData("ＢＯＢ①", "BOB1")]
    [InlineData("\u00A0", " ")]
    public void Examples_compatible(string text, string expected) => Assert.Equal(expected, Normalization.ComposeCompatible(text));

    /// <summary>The numbers are from <c>tools/unicode/normalization.py --digests</c>.</summary>
    [Theory(DisplayName = "UAX #15 every character, alone, among marks and letters: the same as another implementation's")]
    [InlineData(false, "1395f5cceb24e2ec4eec4fe230aae833a68f3f800187ea9d0b8d04c7c944fedb")]
    [InlineData(true, "18f77c90489a775cdef4b8577cc2886d374f2e2350cbfa35781173c7328e2534")]
    public void Every_character(bool compatible, string expected)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var value = 0; value < 0x110000; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var rune = new Rune(value);
            foreach (var text in (string[])[$"{rune}", $"a{rune}\u0327\u0301", $"\u0301{rune}\u0323", $"\u1100{rune}\u11A8"])
                whole.AppendData(Encoding.UTF8.GetBytes(compatible ? Normalization.ComposeCompatible(text) : Normalization.Compose(text)));
        }
        Assert.Equal(expected, Convert.ToHexStringLower(whole.GetHashAndReset()));
    }

    [Fact(DisplayName = "One letter and sixty thousand marks in the worst order take no time to speak of")]
    public void Many_marks()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 30_000));
        var started = Stopwatch.GetTimestamp();
        var composed = Normalization.Compose("a" + marks);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 2);
        Assert.Equal('\u1EA1', composed[0]);
    }
}
