using System.Text;

namespace Sylk.Conference.Rooms.Tests;

public sealed class FileNameTests
{
    [Theory(DisplayName = "TF-01 What is kept of odd names")]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\system.ini", "system.ini")]
    [InlineData("/absolute/name", "name")]
    [InlineData("C:\\file.txt", "file.txt")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("trailing.dots...", "trailing.dots")]
    [InlineData("  spaces  ", "spaces")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("line\r\nbreak.txt", "linebreak.txt")]
    [InlineData("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301.txt", "e\u0301\u0301\u0301\u0301.txt")]
    [InlineData("résumé – été 😀.pdf", "résumé – été 😀.pdf")]
    public void Names_are_cleaned(string given, string kept) => Assert.Equal(kept, FileName.Clean(given));

    [Theory(DisplayName = "TF-01 What is no name at all")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("\u202E\u200B")]
    [InlineData("\uD800")]
    public void Nothing_is_left(string? given) => Assert.Null(FileName.Clean(given));

    [Fact(DisplayName = "L19 A name has at most 255 octets and keeps its extension")]
    public void Long_names_are_cut()
    {
        var kept = FileName.Clean(new string('é', 300) + ".pdf")!;

        Assert.EndsWith("é.pdf", kept, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(kept), 254, 255);
        Assert.Null(FileName.Clean(new string('a', 5000)));
    }

    [Theory]
    [InlineData(null, "application/octet-stream")]
    [InlineData("Image/PNG", "image/png")]
    [InlineData("text/plain; charset=utf-8", "text/plain")]
    [InlineData("text", null)]
    [InlineData("a/b\r\nX: y", null)]
    public void Types_are_media_types(string? given, string? kept) => Assert.Equal(kept, FileName.CleanType(given));
}
