using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What an operator keeps for phones beside the configuration.</summary>
public enum PhoneItemKind : byte { Account, Trunk, Route }

/// <summary>One of them.</summary>
/// <param name="Value">A JSON object; its shape is the owner's.</param>
/// <param name="Revision">+1 for every change.</param>
public sealed record PhoneItem(PhoneItemKind Kind, string Id, string Value, long Revision);

/// <summary>Where they are kept. Few, read as a whole.</summary>
public interface IPhoneStore
{
    /// <summary>By kind and id.</summary>
    Task<ImmutableArray<PhoneItem>> AllAsync(CancellationToken cancellation = default);

    /// <summary>Adds or replaces.</summary>
    /// <param name="item">With the revision it is to have.</param>
    /// <param name="expected">The revision it must have now; 0: there must be none.</param>
    /// <returns>False when that is not so.</returns>
    Task<bool> SaveAsync(PhoneItem item, long expected, CancellationToken cancellation = default);

    /// <returns>False when there was none.</returns>
    Task<bool> DeleteAsync(PhoneItemKind kind, string id, CancellationToken cancellation = default);
}

/// <summary>Items that live as long as the process (<c>Storage:Mode=memory</c>).</summary>
public sealed class MemoryPhoneStore : IPhoneStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(PhoneItemKind, string), PhoneItem> _items = [];

    public Task<ImmutableArray<PhoneItem>> AllAsync(CancellationToken cancellation = default)
    {
        lock (_gate)
            return Task.FromResult<ImmutableArray<PhoneItem>>([.. _items.Values]);
    }

    public Task<bool> SaveAsync(PhoneItem item, long expected, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_gate)
        {
            if ((_items.GetValueOrDefault((item.Kind, item.Id))?.Revision ?? 0) != expected)
                return Task.FromResult(false);
            _items[(item.Kind, item.Id)] = item;
            return Task.FromResult(true);
        }
    }

    public Task<bool> DeleteAsync(PhoneItemKind kind, string id, CancellationToken cancellation = default)
    {
        lock (_gate)
            return Task.FromResult(_items.Remove((kind, id)));
    }
}
