using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>This node's calls: those that are up, and the last that were.</summary>
public sealed class CallBook
{
    private const int Most = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CallInfo> _calls = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = new();

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<CallInfo> All
    {
        get
        {
            lock (_gate)
                return [.. _calls.Values.OrderBy(call => call.Id, StringComparer.Ordinal)];
        }
    }

    public CallInfo? Find(string id)
    {
        lock (_gate)
            return _calls.GetValueOrDefault(id);
    }

    /// <summary>The newest word on a call.</summary>
    public void Put(CallInfo call)
    {
        lock (_gate)
        {
            if (call.State == CallState.Ended && _calls.GetValueOrDefault(call.Id)?.State != CallState.Ended)
                _ended.Enqueue(call.Id);
            _calls[call.Id] = call;
            while (_ended.Count > Most)
                _calls.Remove(_ended.Dequeue());
        }
    }
}
