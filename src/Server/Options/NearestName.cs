namespace Sylk.Conference.Server.Options;

/// <summary>What somebody may have meant.</summary>
internal static class NearestName
{
    /// <returns><c> Did you mean …?</c>, or nothing when no name is near.</returns>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        var nearest = names.Select(name => (Name: name, Edits: Distance(name, typed))).MinBy(entry => entry.Edits);
        return nearest.Name is not null && nearest.Edits <= Math.Max(3, typed.Length / 3) && nearest.Edits < typed.Length
            ? $" Did you mean {nearest.Name}?"
            : "";
    }

    /// <summary>Edits needed to turn one name into the other, capitals ignored.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
