using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Stanzas on their way out, written. While the server is away they wait, within limit L14; beyond it the oldest go.</summary>
internal sealed class StanzaQueue : IDisposable
{
    private readonly Queue<byte[]> _waiting = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private long _bytes;

    /// <summary>Stanzas given up since the beginning.</summary>
    public int Lost { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public void Add(XmppElement stanza)
    {
        var bytes = XmppWriter.Write(stanza);
        if (bytes.Length > XmppLimits.MaxSentBytes)
            return; // no server would take it, and the stream would be lost with it
        lock (_gate)
        {
            _waiting.Enqueue(bytes);
            _bytes += bytes.Length;
            while (_waiting.Count > XmppLimits.MaxQueued || _bytes > XmppLimits.MaxQueuedBytes)
            {
                _bytes -= _waiting.Dequeue().Length;
                Lost++;
            }
        }
        Wake();
    }

    /// <summary>Moves as many as fit into so many bytes, at least one.</summary>
    public void MoveTo(ComponentStream stream, int bytes)
    {
        lock (_gate)
        {
            while (bytes > 0 && _waiting.TryDequeue(out var next))
            {
                stream.Send(next);
                _bytes -= next.Length;
                bytes -= next.Length;
            }
        }
    }

    public void Dispose() => _signal.Dispose();

    public void Wake()
    {
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (Exception problem) when (problem is SemaphoreFullException or ObjectDisposedException)
        {
            // Another one was faster, or the door is closed.
        }
    }

    /// <summary>Until something is to be sent, or the time is over.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken stop) => _signal.WaitAsync(most, stop);
}
