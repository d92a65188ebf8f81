using System.Globalization;

namespace Sylk.Conference.Headless.Cli;

/// <summary>A verb, then <c>--name value</c> or <c>--name=value</c>; a name without a value is a switch.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(IReadOnlyList<string> arguments)
    {
        Verb = arguments.Count > 0 && !arguments[0].StartsWith("--", StringComparison.Ordinal) ? arguments[0] : "";
        for (var i = Verb.Length > 0 ? 1 : 0; i < arguments.Count; i++)
        {
            var name = arguments[i].TrimStart('-');
            var cut = name.IndexOf('=', StringComparison.Ordinal);
            var hasValue = cut < 0 && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            if (cut >= 0)
                _values[name[..cut]] = name[(cut + 1)..];
            else
                _values[name] = hasValue ? arguments[++i] : "";
        }
    }

    public string Verb { get; }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <exception cref="FormatException">The value is not a whole number.</exception>
    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture) : otherwise;
}
