using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Messages of others that we asked SIP users to acknowledge, the newest of them: an IMDN names only an id.</summary>
internal sealed class AskedReceipts
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DirectMessage> _asked = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(DirectMessage message)
    {
        lock (_gate)
        {
            if (_asked.TryAdd(message.Id, message with { Content = "" }))
                _order.Enqueue(message.Id);
            while (_order.Count > Most)
                _asked.Remove(_order.Dequeue());
        }
    }

    /// <summary>Null for a message nobody asked about, and when somebody else than its reader tells (RFC 5438 section 14.1).</summary>
    public DirectMessage? Find(string id, string reader)
    {
        lock (_gate)
            return _asked.TryGetValue(id, out var message) && message.To == reader ? message : null;
    }
}
