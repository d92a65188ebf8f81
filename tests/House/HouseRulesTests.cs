using System.Text.RegularExpressions;

namespace Sylk.Conference.House.Tests;

/// <summary>Rules of the house that a compiler does not know.</summary>
public partial class HouseRulesTests
{
    private const int LongestFile = 600;

    private static readonly string[] UnsafeFolders = ["src/Sfu/Net/Linux/", "src/Protocols/CacheLine.cs", "src/Protocols/Dtls/", "src/Protocols/Srtp/", "src/Audio/Native/"];

    [Fact(DisplayName = "No file is longer than 600 lines")]
    public void FilesAreShort()
    {
        var files = Sources().Select(file => (File: Repository.Relative(file), Lines: File.ReadAllLines(file).Length)).ToList();
        foreach (var (file, lines) in files.OrderByDescending(item => item.Lines).Take(10))
            TestContext.Current.TestOutputHelper?.WriteLine($"{lines,5} {file}");
        Assert.True(files.Count > 50);
        Assert.DoesNotContain(files, item => item.Lines > LongestFile);
    }

    [Fact(DisplayName = "No method is longer than 90 lines")]
    public void MethodsAreShort()
    {
        var long_ = Repository.Sources("src", ".cs").SelectMany(MethodLengths.Read).Where(method => method.Lines > MethodLengths.Longest).ToList();
        Assert.Empty(long_);
    }

    [Fact(DisplayName = "Unsafe code and P/Invoke stay in their folders")]
    public void UnsafeCodeIsContained()
    {
        var outside = Repository.Sources("src", ".cs")
            .Where(file => !UnsafeFolders.Any(folder => Repository.Relative(file).StartsWith(folder, StringComparison.Ordinal)))
            .Where(file => UnsafeWords().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(outside);
    }

    [Fact(DisplayName = "Nothing is left to do later without a date")]
    public void NoLooseEnds()
    {
        var loose = Sources()
            .Where(file => !Repository.Relative(file).StartsWith("tests/House/", StringComparison.Ordinal))
            .Where(file => LooseEnds().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(loose);
    }

    [Fact(DisplayName = "Lock files name no registry")]
    public void LockFilesNameNoRegistry()
    {
        var lockFiles = Repository.Sources("", ".json").Where(file => Path.GetFileName(file) is "packages.lock.json" or "package-lock.json").ToList();
        Assert.NotEmpty(lockFiles);
        Assert.DoesNotContain(lockFiles, file => File.ReadAllText(file).Contains("\"resolved\": \"http", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "bench", "web" }.SelectMany(folder => Repository.Sources(folder, ".cs", ".ts", ".tsx"));

    [GeneratedRegex(@"(^|\s)unsafe\s|\[(LibraryImport|DllImport)\b", RegexOptions.NonBacktracking)]
    private static partial Regex UnsafeWords();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException", RegexOptions.NonBacktracking)]
    private static partial Regex LooseEnds();
}
