using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Sylk.Conference.Server.Hosting;

/// <summary>So many connections per remote address and no more (L15). Loopback is not counted: a proxy on this machine carries everybody.</summary>
internal sealed class ConnectionLimit(int most)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address || IPAddress.IsLoopback(address))
        {
            await next(connection);
            return;
        }
        if (_open.AddOrUpdate(address, 1, (_, count) => count + 1) <= most)
        {
            await Counted(next, connection, address);
            return;
        }
        Release(address);
        connection.Abort(new ConnectionAbortedException("too many connections from one address"));
    };

    private async Task Counted(ConnectionDelegate next, ConnectionContext connection, IPAddress address)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            Release(address);
        }
    }

    private void Release(IPAddress address)
    {
        if (_open.AddOrUpdate(address, 0, (_, count) => count - 1) <= 0)
            _open.TryRemove(KeyValuePair.Create(address, 0));
    }
}
