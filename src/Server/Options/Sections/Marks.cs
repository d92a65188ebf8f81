namespace Sylk.Conference.Server.Options;

/// <summary>Taken over by a reload (SIGHUP); marked ↻ in product §15.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiveAttribute : Attribute;

/// <summary>Never printed, never logged.</summary>
/// <param name="leastBytes">Shorter secrets stop the start (reliability §1.11); 0: any length.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute(int leastBytes) : Attribute
{
    /// <summary>What a peer shares with us.</summary>
    public const int Shared = 16;

    public int LeastBytes => leastBytes;
}

/// <summary>The lowest and the highest value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WithinAttribute(long least, long most) : Attribute
{
    public long Least => least;

    public long Most => most;
}

/// <summary>The only values, in any mixture of capitals; of a list, those of its items.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] words) : Attribute
{
    public IReadOnlyList<string> Words => words;
}
