using System.Globalization;
using System.Reflection;

namespace Sylk.Conference.Server.Options;

/// <summary>Every key an operator can set, found by walking <see cref="SylkOptions"/>; nothing else is accepted.</summary>
internal sealed class OptionKeys
{
    private readonly SortedDictionary<string, Leaf> _leaves = new(StringComparer.OrdinalIgnoreCase);

    public OptionKeys(SylkOptions options) => Collect("", options);

    public IEnumerable<string> Names => _leaves.Keys;

    /// <summary>Reads all values; what is wrong goes to <paramref name="problems"/>, one line each.</summary>
    public void Fill(IConfiguration configuration, List<string> problems)
    {
        var lists = new Dictionary<string, SortedDictionary<int, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in configuration.AsEnumerable(makePathsRelative: true))
        {
            if (value is null)
                continue;
            if (_leaves.TryGetValue(key, out var leaf))
                Set(key, leaf, value, problems);
            else if (!CollectItem(key, value, lists))
                problems.Add(Unknown(key));
        }
        foreach (var (key, items) in lists)
            _leaves[key].Assign(items.Values.ToArray());
    }

    public string Unknown(string key)
    {
        var nearest = _leaves.Keys.MinBy(name => Distance(name, key))!;
        var hint = Distance(nearest, key) <= Math.Max(3, key.Length / 3) ? $" Did you mean {nearest}?" : "";
        return $"{key}: there is no such setting.{hint}";
    }

    public IEnumerable<string> Describe() => _leaves.Select(leaf => $"{leaf.Key} = {Show(leaf.Value.Read())}");

    public IEnumerable<Api.SettingOutput> Show() => _leaves.Select(leaf => new Api.SettingOutput(leaf.Key, Show(leaf.Value.Read()), "in force"));

    private static string Show(object? value) => value switch
    {
        string[] items => $"[{string.Join(", ", items)}]",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private void Collect(string prefix, object section)
    {
        foreach (var property in section.GetType().GetProperties())
        {
            if (property.CanWrite)
                _leaves[prefix + property.Name] = new Leaf(section, property);
            else
                Collect($"{prefix}{property.Name}:", property.GetValue(section)!);
        }
    }

    private bool CollectItem(string key, string value, Dictionary<string, SortedDictionary<int, string>> lists)
    {
        var cut = key.LastIndexOf(':');
        if (cut < 0 || !int.TryParse(key.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        if (!_leaves.TryGetValue(key[..cut], out var leaf) || leaf.Type != typeof(string[]))
            return false;
        if (!lists.TryGetValue(key[..cut], out var items))
            lists[key[..cut]] = items = [];
        items[index] = value;
        return true;
    }

    private static void Set(string key, Leaf leaf, string value, List<string> problems)
    {
        if (leaf.Type == typeof(string))
            leaf.Assign(value);
        else if (leaf.Type == typeof(string[]))
            leaf.Assign(value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        else if (leaf.Type == typeof(bool) && bool.TryParse(value, out var flag))
            leaf.Assign(flag);
        else if (leaf.Type == typeof(int) && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            leaf.Assign(number);
        else
            problems.Add($"{key}: \"{value}\" is not {(leaf.Type == typeof(bool) ? "true or false" : "a whole number")}.");
    }

    /// <summary>Edits needed to turn one key into the other, capitals ignored.</summary>
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

    private sealed class Leaf(object section, PropertyInfo property)
    {
        public Type Type => property.PropertyType;

        public object? Read() => property.GetValue(section);

        public void Assign(object value) => property.SetValue(section, value);
    }
}
