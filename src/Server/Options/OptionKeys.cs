using System.Globalization;

namespace Sylk.Conference.Server.Options;

/// <summary>Every key an operator can set, found by walking <see cref="SylkOptions"/>; nothing else is accepted.</summary>
internal sealed class OptionKeys
{
    private readonly SortedDictionary<string, OptionLeaf> _leaves = new(StringComparer.OrdinalIgnoreCase);

    public OptionKeys(object options) => Collect("", options);

    public IEnumerable<OptionLeaf> Leaves => _leaves.Values;

    public OptionLeaf? Find(string key) => _leaves.GetValueOrDefault(key);

    /// <summary>Takes one source's values; what is wrong goes to <paramref name="problems"/>.</summary>
    public void Take(SettingLayer layer, List<OptionProblem> problems)
    {
        problems.AddRange(layer.Problems);
        var lists = new Dictionary<OptionLeaf, SortedDictionary<int, List<Setting>>>();
        foreach (var setting in layer.Settings)
        {
            if (_leaves.TryGetValue(setting.Key, out var leaf))
                Set(leaf, setting, problems);
            else if (FindList(setting.Key, out var list, out var index, out var rest))
                Gather(lists, list, index, setting with { Key = rest });
            else
                problems.Add(new(setting.Key, "there is no such setting." + NearestName.Hint(setting.Key, _leaves.Keys), setting.Origin));
        }
        foreach (var (list, items) in lists)
            Fill(list, items, problems);
    }

    private void Collect(string prefix, object section)
    {
        foreach (var property in section.GetType().GetProperties())
        {
            var leaf = new OptionLeaf(prefix + property.Name, section, property);
            if (property.CanWrite || leaf.ItemType is not null)
                _leaves[leaf.Key] = leaf;
            else
                Collect($"{leaf.Key}:", property.GetValue(section)!);
        }
    }

    /// <summary><c>Auth:Issuers:0:Jwks</c> is <c>Jwks</c> of item 0 of <c>Auth:Issuers</c>; items that are texts have no rest.</summary>
    private bool FindList(string key, out OptionLeaf list, out int index, out string rest)
    {
        (list, index, rest) = (null!, 0, "");
        for (var cut = key.IndexOf(':'); cut > 0; cut = key.IndexOf(':', cut + 1))
        {
            if (!_leaves.TryGetValue(key[..cut], out var leaf) || !leaf.IsList)
                continue;
            var end = key.IndexOf(':', cut + 1);
            (list, rest) = (leaf, end < 0 ? "" : key[(end + 1)..]);
            return int.TryParse(key.AsSpan(cut + 1, (end < 0 ? key.Length : end) - cut - 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)
                && (rest.Length > 0) == leaf.ItemType is not null;
        }
        return false;
    }

    private static void Gather(Dictionary<OptionLeaf, SortedDictionary<int, List<Setting>>> lists, OptionLeaf list, int index, Setting setting)
    {
        if (!lists.TryGetValue(list, out var items))
            lists[list] = items = [];
        if (!items.TryGetValue(index, out var item))
            items[index] = item = [];
        item.Add(setting);
    }

    private static void Fill(OptionLeaf list, SortedDictionary<int, List<Setting>> items, List<OptionProblem> problems)
    {
        list.Origin = items.First().Value[0].Origin;
        if (list.ItemType is { } type)
        {
            var objects = list.Clear();
            foreach (var (index, settings) in items)
                objects.Add(Item(type, $"{list.Key}:{index}", settings, problems));
            return;
        }
        var problem = "";
        if (list.List([.. items.Values.Select(item => item[^1].Value)], ref problem) is { } value)
            list.Assign(value);
        else
            problems.Add(new(list.Key, problem, list.Origin));
    }

    private static object Item(Type type, string place, List<Setting> settings, List<OptionProblem> problems)
    {
        var item = Activator.CreateInstance(type)!;
        var (layer, found) = (new SettingLayer(), new List<OptionProblem>());
        layer.Settings.AddRange(settings);
        new OptionKeys(item).Take(layer, found);
        problems.AddRange(found.Select(problem => problem with { Key = $"{place}:{problem.Key}" }));
        return item;
    }

    private static void Set(OptionLeaf leaf, Setting setting, List<OptionProblem> problems)
    {
        if (leaf.ItemType is not null)
        {
            if (setting.Value.Length > 0)
                problems.Add(new(leaf.Key, "is a list of objects.", setting.Origin));
            leaf.Clear();
        }
        else if (leaf.Parse(setting.Value, out var problem) is { } value)
            leaf.Assign(value);
        else
            problems.Add(new(leaf.Key, problem, setting.Origin));
        leaf.Origin = setting.Origin;
    }
}
