namespace Sylk.Conference.Rooms.Tests;

public sealed class PersonNameTests
{
    [Theory(DisplayName = "R-31 A name from another system is made fit to be shown")]
    [InlineData("  Bob ", "Bob")]
    [InlineData("Bob\r\nINVITE sip:x", "Bob  INVITE sip:x")]
    [InlineData("B\u001B[31mob\u0000\u009B", "B[31mob")]
    [InlineData("\u202EboB\u202C\u2066\u200F", "boB")]
    [InlineData("e\u0301va", "éva")]
    [InlineData("half \ud800", "half")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("\u200B\u0007", null)]
    [InlineData("   ", null)]
    [InlineData(null, null)]
    public void A_foreign_name(string? text, string? expected) => Assert.Equal(expected, People.ForeignName(text));

    [Fact]
    public void A_foreign_name_is_cut_and_bears_no_tower_of_marks()
    {
        Assert.Equal(new string('x', 64), People.ForeignName(new string('x', 5_000)));
        Assert.Equal("z" + new string('\u0335', 4), People.ForeignName("z" + new string('\u0335', 60)));
    }

    [Theory]
    [InlineData(" Bob ", "Bob")]
    [InlineData("\u202EboB", "boB")]
    [InlineData("", "")]
    [InlineData("B\u0007ob", null)]
    [InlineData("B\nob", null)]
    public void A_typed_name(string text, string? expected) => Assert.Equal(expected, People.CleanName(text));
}
