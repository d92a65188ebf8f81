using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Headless.Joining;

/// <summary>A place in a room, through whichever door.</summary>
public interface ISession
{
    SessionDescription Answer { get; }

    /// <summary>Leaves the room.</summary>
    Task CloseAsync(CancellationToken cancellation);
}
