using System.Net.Sockets;

namespace Sylk.Conference.Sfu.Net;

/// <summary>Readiness by select, which every system has: fit for tens of connections, not for thousands.</summary>
internal sealed class SelectLinks : ILinkPoll
{
    private readonly Dictionary<Socket, int> _readers = [];
    private readonly HashSet<Socket> _writers = [];
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];

    public void Add(Socket socket, int link) => _readers[socket] = link;

    public void WatchWritable(Socket socket, int link, bool watch)
    {
        if (watch) _writers.Add(socket);
        else _writers.Remove(socket);
    }

    public void Remove(Socket socket, int link)
    {
        _readers.Remove(socket);
        _writers.Remove(socket);
    }

    public int Poll(Span<LinkReadiness> ready)
    {
        Select([], TimeSpan.Zero);
        var count = 0;
        foreach (var socket in _writable) Report(ready, ref count, socket, false);
        foreach (var socket in _readable) Report(ready, ref count, socket, true);
        return count;
    }

    /// <summary>Waits for any of the connections or of <paramref name="others"/>.</summary>
    public void Select(ReadOnlySpan<Socket> others, TimeSpan timeout)
    {
        _readable.Clear();
        _writable.Clear();
        foreach (var socket in others) _readable.Add(socket);
        foreach (var socket in _readers.Keys) _readable.Add(socket);
        foreach (var socket in _writers) _writable.Add(socket);
        if (_readable.Count == 0) return;
        try
        {
            Socket.Select(_readable, _writable, null, timeout);
        }
        catch (SocketException)
        {
            _readable.Clear();
            _writable.Clear();
        }
    }

    private void Report(Span<LinkReadiness> ready, ref int count, Socket socket, bool read)
    {
        if (count < ready.Length && _readers.TryGetValue(socket, out var link)) ready[count++] = new LinkReadiness(link, read, !read);
    }
}
