using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>The name people reach this server by: <c>Server:PublicHost</c>, else that of the first request (product §15).</summary>
internal sealed class PublicHost(SylkOptions options)
{
    private string? _first;

    public string Name => options.Server.PublicHost is { Length: > 0 } set ? set : _first ?? Environment.MachineName.ToLowerInvariant();

    public void Notice(HostString host)
    {
        if (_first is null && options.Server.PublicHost.Length == 0 && host.HasValue)
            Interlocked.CompareExchange(ref _first, host.Value, null);
    }
}
