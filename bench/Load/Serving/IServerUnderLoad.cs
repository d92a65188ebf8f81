using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Load.Peers;

namespace Sylk.Conference.Load.Serving;

/// <summary>A running server that every scenario can load; disposing ends what was started for it.</summary>
internal interface IServerUnderLoad : IDisposable
{
    /// <summary>One word for tables.</summary>
    string Name { get; }

    /// <summary>Version and the settings that matter, for the record.</summary>
    string Settings { get; }

    ProcessFacts Facts { get; }

    /// <summary>Its garbage-collected memory; null where there is none or nobody watches.</summary>
    MemoryFacts? Memory { get; }

    /// <summary>Of the machine, in host order: where its media is, and where peers belong.</summary>
    uint Address { get; }

    /// <summary>One crowd's way in. Cheap; connects when first used.</summary>
    IDoor OpenDoor();
}

/// <summary>Exchanges descriptions. The session's answer is what the peer has to accept, whoever of the two has offered.</summary>
internal interface IDoor : IDisposable
{
    /// <summary>Publishes what the peer's publisher has.</summary>
    /// <exception cref="JoinRefusedException">The server said no.</exception>
    Task<ISession> PublishAsync(string room, LoadPeer peer, CancellationToken cancellation);

    /// <summary>Receives at most so many voices and pictures of the room.</summary>
    /// <exception cref="JoinRefusedException">The server said no.</exception>
    Task<ISession> PlayAsync(string room, LoadPeer peer, Slots slots, CancellationToken cancellation);
}
