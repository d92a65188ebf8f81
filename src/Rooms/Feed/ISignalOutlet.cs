using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Takes signals of the media engine to whoever they concern. Called on media threads: never blocks.</summary>
public interface ISignalOutlet
{
    void Signal(MediaSignal signal);
}
