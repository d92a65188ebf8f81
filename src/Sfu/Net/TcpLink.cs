using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>One accepted ICE-TCP connection: frames in, frames out. It never blocks; its owner decides when to read and to flush.</summary>
internal sealed class TcpLink(Socket socket, NetworkPath path, Instant now) : IDisposable
{
    private readonly FrameReader _reader = new();
    private readonly FrameQueue _queue = new();
    private readonly NetworkPath _path = path;

    public int Number => _path.Link;

    public Socket Socket { get; } = socket;

    public TransportAddress Remote => _path.Remote;

    public bool IsOpen { get; private set; } = true;

    public bool Validated { get; set; }

    /// <summary>It has delivered a packet: somebody above may know it.</summary>
    public bool Heard { get; private set; }

    /// <summary>Complete packets wait in the reader because the batch was full.</summary>
    public bool Backlogged { get; private set; }

    public Instant LastFrame { get; private set; } = now;

    public bool WatchesWritable { get; set; }

    public bool HasPendingOutput => !_queue.IsEmpty;

    /// <summary>Reads what the kernel has, once. False: the connection ended or broke.</summary>
    public bool TryReceive(out int count)
    {
        count = Socket.Receive(_reader.Free, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            count = 0;
            return true;
        }

        if (error != SocketError.Success || count <= 0) return false;
        _reader.Received(count);
        return true;
    }

    /// <summary>Moves complete packets into the batch while it has room. False: the stream is not what it should be.</summary>
    public bool TryDeliver(ReceiveBatch batch, TransportCounters counters, Instant now)
    {
        Backlogged = false;
        while (true)
        {
            if (!batch.HasRoomForFrame)
            {
                Backlogged = true;
                return true;
            }

            var outcome = _reader.TryRead(out var frame);
            if (outcome != FrameOutcome.Frame) return outcome == FrameOutcome.Incomplete;
            Heard = true;
            LastFrame = now;
            counters.DatagramsIn++;
            counters.BytesIn += frame.Length;
            batch.AddFrame(frame, in _path);
        }
    }

    /// <summary>Queues one packet; false when it does not fit.</summary>
    public bool TryQueue(ReadOnlySpan<byte> packet) =>
        _queue.TryAppend(packet, Validated ? FrameQueue.MaxBytes : FrameQueue.InitialBytes);

    /// <summary>Writes what the kernel takes. False: the connection broke.</summary>
    public bool TryFlush(TransportCounters counters)
    {
        while (!_queue.IsEmpty)
        {
            counters.SendCalls++;
            var sent = Socket.Send(_queue.Pending, SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable) return true;
            if (error != SocketError.Success) return false;
            _queue.Consume(sent);
        }

        return true;
    }

    public void Dispose()
    {
        IsOpen = false;
        Socket.Dispose();
    }
}
