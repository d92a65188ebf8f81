using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Sylk.Conference.Server.Options;

/// <summary>One key: where its value is kept, what it may be, and who set it.</summary>
internal sealed class OptionLeaf(string key, object section, PropertyInfo property)
{
    private static readonly char[] Between = [','];

    public string Key => key;

    public Type Type => property.PropertyType;

    public Origin Origin { get; set; } = Origin.BuiltIn;

    public bool IsLive { get; } = property.IsDefined(typeof(LiveAttribute));

    public SecretAttribute? Secret { get; } = property.GetCustomAttribute<SecretAttribute>();

    private OneOfAttribute? Words { get; } = property.GetCustomAttribute<OneOfAttribute>();

    private WithinAttribute? Range { get; } = property.GetCustomAttribute<WithinAttribute>();

    /// <summary>The class of a list's items when they are objects.</summary>
    public Type? ItemType => Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(List<>) ? Type.GetGenericArguments()[0] : null;

    public bool IsList => Type == typeof(string[]) || ItemType is not null;

    public object? Read() => property.GetValue(section);

    public void Assign(object value) => property.SetValue(section, value);

    /// <summary>Empties a list of objects; its new items are to be filled by the caller.</summary>
    public IList Clear()
    {
        var items = (IList)Read()!;
        items.Clear();
        return items;
    }

    /// <summary>As in configuration: true, false, numbers with points, lists in brackets; secrets as stars.</summary>
    public string Show() => Secret is not null ? Masked((string?)Read()) : Show(Read());

    /// <summary>What <see cref="Assign"/> takes for a text; null and a problem when the text is no value of this key.</summary>
    public object? Parse(string text, out string problem)
    {
        problem = "";
        if (Type == typeof(string))
            return Word(text, ref problem);
        if (Type == typeof(string[]))
            return List(text.Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), ref problem);
        if (Type == typeof(bool) && bool.TryParse(text, out var flag))
            return flag;
        if (Type != typeof(bool) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && IsNumber(number))
            return Number(number, ref problem);
        problem = $"\"{Quoted(text)}\" is not {(Type == typeof(bool) ? "true or false" : "a whole number")}.";
        return null;
    }

    /// <summary>The same for items given one by one.</summary>
    public object? List(string[] items, ref string problem)
    {
        if (Words is null)
            return items;
        var spelt = new string[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (Word(items[i], ref problem) is not string word)
                return null;
            spelt[i] = word;
        }
        return spelt;
    }

    private bool IsNumber(long number) => Type == typeof(long) || (Type == typeof(int) && number is >= int.MinValue and <= int.MaxValue);

    private object? Number(long number, ref string problem)
    {
        if (Range is not null && (number < Range.Least || number > Range.Most))
        {
            problem = Range.Most is int.MaxValue or long.MaxValue ? $"must be {Range.Least} or more." : $"must be {Range.Least} to {Range.Most}.";
            return null;
        }
        return Type == typeof(int) ? (object)(int)number : number;
    }

    private string? Word(string text, ref string problem)
    {
        if (Words is null || text.Length == 0)
            return text;
        var word = Words.Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word is null)
            problem = $"\"{Quoted(text)}\" is not one of {string.Join(", ", Words.Words)}.{NearestName.Hint(text, Words.Words)}";
        return word;
    }

    private string Quoted(string text) => Secret is null ? text : "…";

    private static string Masked(string? secret) => string.IsNullOrEmpty(secret) ? "" : "***";

    private static string Show(object? value) => value switch
    {
        string[] items => $"[{string.Join(", ", items)}]",
        bool flag => flag ? "true" : "false",
        IList items => $"[{string.Join(", ", items.Cast<object>().Select(ShowItem))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string ShowItem(object item) => $"{{ {string.Join(", ", item.GetType().GetProperties().Select(part =>
        $"{part.Name}: {(part.IsDefined(typeof(SecretAttribute)) ? Masked((string?)part.GetValue(item)) : Show(part.GetValue(item)))}"))} }}";
}
