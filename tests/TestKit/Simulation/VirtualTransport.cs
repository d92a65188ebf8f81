using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>The shard's socket in the virtual network.</summary>
internal sealed class VirtualTransport(VirtualNetwork network, TransportAddress address) : IDatagramTransport
{
    private readonly Queue<VirtualNetwork.Datagram> _inbox = new();

    public Instant Now { get; set; }

    /// <summary>Counts what is sent and delivers nothing.</summary>
    public bool Discards { get; set; }

    public long Discarded { get; private set; }

    public TransportAddress Address => address;

    public int LocalPort => address.Port;

    public int LocalTcpPort => 0;

    public TransportCounters Counters { get; } = new();

    public void Arrive(VirtualNetwork.Datagram datagram) => _inbox.Enqueue(datagram);

    public int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        while (batch.HasRoomForFrame && _inbox.TryDequeue(out var datagram))
            batch.AddFrame(datagram.Data, new NetworkPath(datagram.From));
        return batch.Count;
    }

    public void Send(SendBatch batch)
    {
        if (Discards)
        {
            for (var i = 0; i < batch.Count; i++)
                Discarded += (batch.Data(batch.Run(i)).Length + batch.Run(i).SegmentSize - 1) / batch.Run(i).SegmentSize;
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var run = ref batch.Run(i);
            var data = batch.Data(run);
            for (var offset = 0; offset < data.Length; offset += run.SegmentSize)
                network.Send(Now, address, run.Path.Remote, data[offset..Math.Min(data.Length, offset + run.SegmentSize)]);
        }
    }

    public void Wait(TimeSpan timeout)
    {
    }

    public void Wake()
    {
    }

    public void MarkValidated(int link)
    {
    }

    public void CloseLink(int link)
    {
    }

    public bool TryTakeClosedLink(out int link)
    {
        link = 0;
        return false;
    }

    public void Dispose()
    {
    }
}
