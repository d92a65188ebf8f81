using System.Text;

namespace Sylk.Conference.Server.Options;

/// <summary>Secrets that would be none (reliability §1.11): those of samples always, short ones outside of development.</summary>
internal static class SecretRules
{
    /// <summary>What stands in documents, examples and packages, ours and others'.</summary>
    private static readonly HashSet<string> Samples = new(StringComparer.OrdinalIgnoreCase)
    {
        "change-me", "change-me-please-16", "changeme", "changeit", "replace-me", "password", "secret", "example", "default", "admin", "test",
        "0123456789abcdef", "0123456789abcdef0123456789abcdef", "correct horse battery staple", "your-secret-here",
    };

    public static bool IsSample(string secret) => Samples.Contains(secret);

    public static IEnumerable<OptionProblem> Check(OptionKeys keys, bool isDevelopment)
    {
        foreach (var leaf in keys.Leaves)
        {
            if (leaf.Secret is not { } rule || leaf.Read() is not string { Length: > 0 } secret)
                continue;
            if (IsSample(secret))
                yield return new(leaf.Key, "is a value everybody knows from a sample; choose another.", leaf.Origin);
            else if (!isDevelopment && Encoding.UTF8.GetByteCount(secret) < rule.LeastBytes)
                yield return new(leaf.Key, $"is shorter than {rule.LeastBytes} bytes.", leaf.Origin);
        }
    }
}
