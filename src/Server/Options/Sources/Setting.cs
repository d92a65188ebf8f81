namespace Sylk.Conference.Server.Options;

/// <summary>Where a value comes from.</summary>
/// <param name="Place">A file, a variable, or words.</param>
/// <param name="Line">Line of the file, from 1; 0 where there are no lines.</param>
internal readonly record struct Origin(string Place, int Line = 0)
{
    public static readonly Origin BuiltIn = new("built-in");
    public static readonly Origin CommandLine = new("command line");

    /// <summary>What is put before a problem: nothing for what was just typed.</summary>
    public string Prefix => this == BuiltIn || this == CommandLine ? "" : $"{this}: ";

    public override string ToString() => Line > 0 ? $"{Place}:{Line}" : Place;
}

/// <param name="Key">Without the root; <c>Section:Key</c>, items of lists with their number behind another colon.</param>
internal readonly record struct Setting(string Key, string Value, Origin Origin);

/// <summary>Why a configuration cannot be used.</summary>
internal readonly record struct OptionProblem(string Key, string Text, Origin Origin)
{
    public override string ToString() => Key.Length > 0 ? $"{Origin.Prefix}{Key}: {Text}" : $"{Origin.Prefix}{Text}";
}
