using System.Reflection;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

public sealed class ErrorRegistryTests
{
    private static readonly string Root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    private static readonly string[] Codes =
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void The_table_and_the_codes_are_the_same_set() =>
        Assert.Equal(Codes.Order(), ErrorRegistry.All.Select(entry => entry.Code).Order());

    [Fact]
    public void Every_entry_is_whole() => Assert.All(ErrorRegistry.All, entry =>
    {
        Assert.InRange(entry.Http, 400, 599);
        Assert.True(entry.Sip is null or (>= 400 and < 700));
        Assert.NotEmpty(entry.Title);
        Assert.Matches("^[a-z_]+$", entry.Code);
        Assert.NotEmpty(entry.Cause);
        Assert.NotEmpty(entry.Next);
        Assert.True(entry.Spoken is null || entry.Sip is not null, "only calls are spoken to");
    });

    [Fact(DisplayName = "Pages have words for every code they can meet, and for no other")]
    public void Pages_have_words()
    {
        string[] theirs = ["page_not_found", "connection_failed", "unsupported", "upload_failed"];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "web/app/src/i18n/locales"), "*.json"))
        {
            var errors = JsonElement.Parse(File.ReadAllText(file)).GetProperty("error");
            Assert.All(ErrorRegistry.All.Where(entry => entry.OnPage), entry => Assert.All(
                ["title", "cause", "next"],
                part => Assert.NotEmpty(errors.GetProperty(entry.Code).GetProperty(part).GetString()!)));
            var known = ErrorRegistry.All.Where(entry => entry.OnPage).Select(entry => entry.Code).Concat(theirs).ToArray();
            Assert.All(
                errors.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object), entry => Assert.Contains(entry.Name, known));
        }
    }

    [Fact]
    public void What_the_media_engine_refuses_has_a_code() => Assert.All(
        Enum.GetValues<MediaErrorCode>(), code => Assert.Contains(new MediaError(code, "").ToRefusal().Code, Codes));

    [Fact]
    public void A_code_outside_the_table_is_answered_as_internal() =>
        Assert.Equal(ErrorCodes.Internal, ErrorRegistry.Of("made_up").Code);

    [Fact(DisplayName = "No source spells a code as text: all go through the table")]
    public void No_source_spells_a_code_as_text()
    {
        var sources = new[] { "src/Rooms", "src/Server" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith("ErrorCodes.cs", StringComparison.Ordinal)).ToArray();
        Assert.True(sources.Length > 40);
        Assert.All(sources, file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain(Codes.Where(code => code.Contains('_', StringComparison.Ordinal)), code => text.Contains($"\"{code}\"", StringComparison.Ordinal));
            Assert.DoesNotContain("new Refusal(\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Refused(\"", text, StringComparison.Ordinal);
        });
    }
}
