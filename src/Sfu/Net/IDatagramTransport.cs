namespace Sylk.Conference.Sfu.Net;

/// <summary>
/// The sockets of one media shard: one UDP socket and, if asked for, one ICE-TCP listener with its connections.
/// Every member is called from the shard's thread, except <see cref="Wake"/>. Nothing here blocks but <see cref="Wait"/>,
/// and nothing throws after construction.
/// </summary>
internal interface IDatagramTransport : IDisposable
{
    int LocalPort { get; }

    /// <summary>Port of the ICE-TCP listener; 0 when there is none.</summary>
    int LocalTcpPort { get; }

    /// <summary>Fills the batch with what is there, UDP datagrams and TCP-framed packets (RFC 4571) alike. Returns the count.</summary>
    int Receive(ReceiveBatch batch);

    /// <summary>
    /// Sends every run; what the kernel will not take now is dropped and counted. The batch stays as it is:
    /// <see cref="SendBatch.Clear"/> it before filling it again.
    /// </summary>
    void Send(SendBatch batch);

    /// <summary>Blocks until something can be received, <see cref="Wake"/> was called or the timeout passed. May return early.</summary>
    /// <param name="timeout">Zero or less only polls; <see cref="Timeout.InfiniteTimeSpan"/> waits for as long as it takes.</param>
    void Wait(TimeSpan timeout);

    /// <summary>Ends the current or the next <see cref="Wait"/>. Any thread; several calls count as one.</summary>
    void Wake();

    /// <summary>ICE proved who is behind this TCP connection: the limits for strangers (idle time, number) no longer apply to it.</summary>
    void MarkValidated(int link);

    /// <summary>Drops a TCP connection; unknown numbers are ignored. It is not reported as closed.</summary>
    void CloseLink(int link);

    /// <summary>A TCP connection that had delivered at least one packet went away by itself.</summary>
    bool TryTakeClosedLink(out int link);

    TransportCounters Counters { get; }
}
