using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>The shard's side of something in this process that is no connection.</summary>
internal interface ILocalEnd
{
    bool IsClosed { get; }

    /// <summary>Takes in what was sent.</summary>
    void Drain(Instant now);

    /// <summary>One of the things that were sent.</summary>
    void Take(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload);

    /// <summary>Closed by its owner, it leaves the room.</summary>
    void Leave(Instant now);
}
