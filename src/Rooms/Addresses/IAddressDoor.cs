namespace Sylk.Conference.Rooms;

/// <summary>
/// A door that reaches addresses of its own kind: browser accounts, SIP users, XMPP users. Doors never call each other: they hand what
/// came in to <see cref="IDirectPost"/>, which asks the doors in turn.
/// </summary>
public interface IAddressDoor
{
    /// <summary><c>web</c>, <c>sip</c> or <c>xmpp</c>.</summary>
    string Wire { get; }

    /// <summary>Whether an address of this kind may exist behind this door; asked in the order of registration, cheap, waits for nothing.</summary>
    bool MayReach(string address);

    /// <summary>Whether the operator named its domain as one of this door's people: then no other door is asked. As cheap.</summary>
    bool Owns(string address) => false;

    /// <summary>Gives one message to the wire; returns when the far side has taken it or said no.</summary>
    Task<DirectOutcome> DeliverAsync(DirectMessage message, CancellationToken stop);

    /// <summary>Passes a receipt or a typing notice on, as far as the wire has such; may be lost.</summary>
    Task TellAsync(DirectNotice notice, CancellationToken stop);
}

/// <summary>Takes messages between addresses from one door to another, each once.</summary>
public interface IDirectPost
{
    Task<DirectOutcome> SendAsync(DirectMessage message, CancellationToken stop);

    Task TellAsync(DirectNotice notice, CancellationToken stop);
}
