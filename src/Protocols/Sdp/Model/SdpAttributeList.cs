using System.Collections;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// The attributes of one level of a description, in the order they are printed. It is the only store: typed
/// properties read and write through it, so what nobody understands survives a round trip. Names are case-sensitive.
/// </summary>
public sealed class SdpAttributeList : IReadOnlyList<SdpAttribute>
{
    private readonly List<SdpAttribute> _items = [];

    public int Count => _items.Count;

    public SdpAttribute this[int index] => _items[index];

    public void Add(SdpAttribute attribute) => _items.Add(attribute);

    public void Add(string name, string? value = null) => _items.Add(new SdpAttribute(name, value));

    public void Add<T>(T value)
        where T : ISdpValue<T> => _items.Add(new SdpAttribute(T.AttributeName, value.ToText()));

    public bool Has(string name) => IndexOf(name) >= 0;

    /// <summary>The value of the first attribute with this name; null when absent or without a value.</summary>
    public string? First(string name)
    {
        var index = IndexOf(name);
        return index < 0 ? null : _items[index].Value;
    }

    /// <summary>The values of all attributes with this name, in order; those without a value are left out.</summary>
    public List<string> All(string name)
    {
        var found = new List<string>();
        foreach (var item in _items)
        {
            if (item.Name == name && item.Value is not null)
            {
                found.Add(item.Value);
            }
        }

        return found;
    }

    /// <summary>All attributes of one kind that follow its grammar, in order; others are passed over.</summary>
    public List<T> Read<T>()
        where T : ISdpValue<T>
    {
        var found = new List<T>();
        foreach (var item in _items)
        {
            if (item.Name == T.AttributeName && T.TryParse(item.Value, out var value))
            {
                found.Add(value);
            }
        }

        return found;
    }

    public T? ReadFirst<T>()
        where T : class, ISdpValue<T>
    {
        foreach (var item in _items)
        {
            if (item.Name == T.AttributeName && T.TryParse(item.Value, out var value))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Puts one attribute in the place of all with this name; null removes them.</summary>
    public void Set(string name, string? value)
    {
        var index = IndexOf(name);
        Remove(name);
        if (value is not null)
        {
            _items.Insert(index < 0 ? _items.Count : index, new SdpAttribute(name, value));
        }
    }

    /// <summary>Adds or removes an attribute that has no value.</summary>
    public void SetFlag(string name, bool present)
    {
        if (!present)
        {
            Remove(name);
        }
        else if (!Has(name))
        {
            Add(name);
        }
    }

    /// <summary>Written out because a predicate would cost each section of an answer several closures.</summary>
    public void Remove(string name)
    {
        var kept = 0;
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].Name != name)
            {
                _items[kept++] = _items[i];
            }
        }

        _items.RemoveRange(kept, _items.Count - kept);
    }

    public List<SdpAttribute>.Enumerator GetEnumerator() => _items.GetEnumerator();

    IEnumerator<SdpAttribute> IEnumerable<SdpAttribute>.GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    private int IndexOf(string name)
    {
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
