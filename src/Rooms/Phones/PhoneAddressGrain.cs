using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Where an account's phone can be reached (RFC 3261 section 10.3, RFC 5626), as all nodes may know it.</summary>
/// <param name="Contact">As registered, with its parameters.</param>
/// <param name="Node">Whose connection or port it came on.</param>
/// <param name="Way">Transport, address and connection there, as the node itself writes it.</param>
[GenerateSerializer, Immutable, Alias("sylk.PhoneBinding")]
public sealed record PhoneBinding(
    [property: Id(0)] string Contact, [property: Id(1)] DateTimeOffset ExpiresAt, [property: Id(2)] string CallId, [property: Id(3)] long Sequence,
    [property: Id(4)] string Node, [property: Id(5)] string Way)
{
    /// <summary>Routes to the device (RFC 3327).</summary>
    [Id(6)] public ImmutableArray<string> Path { get; init; } = [];
    [Id(7)] public string UserAgent { get; init; } = "";
    [Id(8)] public bool IsOutbound { get; init; }
}

/// <param name="Version">To be shown when they are replaced.</param>
[GenerateSerializer, Immutable, Alias("sylk.PhoneBindings")]
public sealed record PhoneBindings([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<PhoneBinding> Items);

/// <summary>
/// The bindings of one address of record, <c>user@domain</c> (rule SIP-REG-4). In memory: phones register again before theirs expire, and
/// find nothing changed when the node that had this grain is gone.
/// </summary>
[Alias("sylk.IPhoneAddressGrain")]
public interface IPhoneAddressGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<PhoneBindings> Read();

    /// <returns>False when somebody else was faster: read again and decide anew.</returns>
    [Alias("Replace")]
    Task<bool> Replace(PhoneBindings bindings);
}

internal sealed class PhoneAddressGrain(RoomClock clock) : Grain, IPhoneAddressGrain
{
    private PhoneBindings _bindings = new(1, []);

    public Task<PhoneBindings> Read()
    {
        var left = _bindings.Items.RemoveAll(binding => binding.ExpiresAt <= clock.Now);
        if (left.Length != _bindings.Items.Length)
            _bindings = new(_bindings.Version + 1, left);
        return Task.FromResult(_bindings);
    }

    public Task<bool> Replace(PhoneBindings bindings)
    {
        if (bindings.Version != _bindings.Version)
            return Task.FromResult(false);
        _bindings = bindings with { Version = bindings.Version + 1 };
        if (!_bindings.Items.IsEmpty)
            DelayDeactivation(_bindings.Items.Max(binding => binding.ExpiresAt) - clock.Now);
        return Task.FromResult(true);
    }
}
