using System.Threading.Channels;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Accounts;

/// <summary>One connection to the account hub: before it signs in it is nobody.</summary>
internal sealed class AccountConnection(string id, TimeProvider time, Action abort, string source)
{
    public string Id { get; } = id;
    public MessageBudget Budget { get; } = new(time);

    /// <summary>The network address it comes from.</summary>
    public string Source { get; } = source;

    public AccountSession? Session { get; set; }

    public void Abort() => abort();
}

/// <summary>Somebody signed in, on one connection. What there is to tell is read from the book, so a slow reader holds nothing up.</summary>
internal sealed class AccountSession(AccountConnection connection, string address, string displayName, DateTimeOffset expiresAt, bool isGuest) : IDisposable
{
    private const int MostOwn = 256;

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly Queue<string> _own = new();

    public AccountConnection Connection { get; } = connection;
    public string Address { get; } = address;
    public string DisplayName { get; } = displayName;
    public DateTimeOffset ExpiresAt { get; } = expiresAt;
    public bool IsGuest { get; } = isGuest;

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>There is something new in the book.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    public ValueTask<bool> WaitAsync(CancellationToken stop) => _bell.Reader.ReadAsync(stop);

    /// <summary>This client knows the message already: it wrote it.</summary>
    public void Wrote(string id)
    {
        lock (_gate)
        {
            _own.Enqueue(id);
            if (_own.Count > MostOwn)
                _own.Dequeue();
        }
    }

    public bool HasWritten(string id)
    {
        lock (_gate)
            return _own.Contains(id);
    }

    public void Dispose() => Stop.Dispose();
}
