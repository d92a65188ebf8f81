namespace Sylk.Conference.House.Tests;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] SkippedFolders = ["bin", "obj", "node_modules", "dist", ".git", "artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Our own source files below a folder, generated ones left out.</summary>
    public static IEnumerable<string> Sources(string folder, params string[] extensions)
    {
        var start = Path.Combine(Root, folder);
        return Directory.Exists(start) ? Walk(start).Where(file => extensions.Contains(Path.GetExtension(file))) : [];
    }

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return file;
        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (SkippedFolders.Contains(Path.GetFileName(child)))
                continue;
            foreach (var file in Walk(child))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sylk.Conference.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
