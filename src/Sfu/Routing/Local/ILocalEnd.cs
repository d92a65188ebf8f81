using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>The shard's side of something in this process that is no connection.</summary>
internal interface ILocalEnd
{
    bool IsClosed { get; }

    /// <summary>Takes in what was sent.</summary>
    void Drain(Instant now);

    /// <summary>Closed by its owner, it leaves the room.</summary>
    void Leave(Instant now);
}
