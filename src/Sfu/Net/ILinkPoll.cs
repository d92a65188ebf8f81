using System.Net.Sockets;

namespace Sylk.Conference.Sfu.Net;

/// <param name="Link">Number given to <see cref="ILinkPoll.Add"/>.</param>
/// <param name="Readable">Bytes, a connection to accept, an end or an error wait to be read.</param>
/// <param name="Writable">Reported only while asked for.</param>
internal readonly record struct LinkReadiness(int Link, bool Readable, bool Writable);

/// <summary>Which of many TCP sockets can be read or written now. The system decides how; readiness is reported until it is used up.</summary>
internal interface ILinkPoll
{
    void Add(Socket socket, int link);

    void WatchWritable(Socket socket, int link, bool watch);

    void Remove(Socket socket, int link);

    /// <summary>Never blocks. Returns how many entries were filled.</summary>
    int Poll(Span<LinkReadiness> ready);
}
