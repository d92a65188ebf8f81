using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.ChatBridge;

/// <summary>Remembers so many, the last that were put. For any thread.</summary>
internal sealed class RecentMap<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();
    private readonly Lock _gate = new();

    public void Put(TKey key, TValue value)
    {
        lock (_gate)
            Keep(key, value);
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
            return _values.TryGetValue(key, out value);
    }

    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        lock (_gate)
        {
            if (_values.TryGetValue(key, out var known))
                return known;
            var made = make();
            Keep(key, made);
            return made;
        }
    }

    private void Keep(TKey key, TValue value)
    {
        if (!_values.ContainsKey(key))
            _order.Enqueue(key);
        _values[key] = value;
        if (_values.Count > most && _order.TryDequeue(out var oldest))
            _values.Remove(oldest);
    }
}
