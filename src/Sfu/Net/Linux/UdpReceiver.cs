using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>recvmmsg straight into the slab of a <see cref="ReceiveBatch"/>; coalesced messages (UDP_GRO) are cut into their datagrams.</summary>
internal sealed unsafe class UdpReceiver : IDisposable
{
    /// <summary>An error queued on the socket costs one failed call each; more than this many in a row wait for the next turn (TU-22).</summary>
    private const int MaxErrorsPerTurn = 8;

    private readonly int _fd;
    private readonly ushort _port;
    private readonly TransportCounters _counters;
    private readonly int _slots;
    private readonly int _slotBytes;
    private readonly MessageTable _table = new();
    private ReceiveBatch? _batch;
    private int _used = MessageTable.Capacity;

    public UdpReceiver(int fd, int port, bool coalesce, TransportCounters counters)
    {
        _fd = fd;
        _port = (ushort)port;
        _counters = counters;
        _slotBytes = coalesce ? 1 << 16 : 1 << 11;
        _slots = Math.Min(MessageTable.Capacity, ReceiveBatch.DatagramArea / _slotBytes);
    }

    public void Receive(ReceiveBatch batch)
    {
        if (!ReferenceEquals(batch, _batch)) PointInto(batch);
        Rearm();
        var count = Call();
        for (var i = 0; i < count; i++) Take(batch, i);
        _used = count;
    }

    public void Dispose() => _table.Dispose();

    private int Call()
    {
        for (var attempt = 0; attempt < MaxErrorsPerTurn; attempt++)
        {
            _counters.ReceiveCalls++;
            var count = Kernel.ReceiveMessages(_fd, _table.Messages, (uint)_slots, Kernel.MessageDontWait, null);
            if (count >= 0) return count;
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.Again) return 0;
            if (errno != Errno.Interrupted) _counters.ReceiveErrors++;
        }

        return 0;
    }

    private void Take(ReceiveBatch batch, int i)
    {
        ref var message = ref _table.Messages[i];
        var local = default(TransportAddress);
        var segmentSize = 0;
        ControlMessages.Read(message.Control, message.ControlLength, _port, ref local, ref segmentSize);
        batch.PathSlot(i) = new NetworkPath(SocketAddressBytes.Read(message.Name), 0, local);
        var length = (int)message.Length;
        if ((message.Flags & Kernel.MessageTruncated) != 0)
        {
            _counters.Truncated++;
            _counters.OversizeDrops++;
            _counters.DatagramsIn++;
        }
        else if (segmentSize > 0 && segmentSize < length) Cut(batch, i, length, segmentSize);
        else AddDatagram(batch, i * _slotBytes, length, i);
    }

    private void Cut(ReceiveBatch batch, int i, int length, int segmentSize)
    {
        _counters.CoalescedIn++;
        segmentSize = Math.Max(segmentSize, (length + ReceiveBatch.MaxSegments - 1) / ReceiveBatch.MaxSegments);
        for (var at = 0; at < length; at += segmentSize)
        {
            AddDatagram(batch, i * _slotBytes + at, Math.Min(segmentSize, length - at), i);
        }
    }

    private void AddDatagram(ReceiveBatch batch, int offset, int length, int message)
    {
        _counters.DatagramsIn++;
        _counters.BytesIn += length;
        if (length > DatagramTransport.MaxDatagram) _counters.OversizeDrops++;
        else if (length > 0) batch.Add(offset, length, message);
    }

    private void PointInto(ReceiveBatch batch)
    {
        var slab = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(batch.Slab));
        for (var i = 0; i < _slots; i++)
        {
            _table.Vector(i).Base = slab + i * _slotBytes;
            _table.Vector(i).Length = (nuint)_slotBytes;
        }

        _batch = batch;
        _used = _slots;
    }

    /// <summary>The kernel overwrote the lengths of the messages it used.</summary>
    private void Rearm()
    {
        for (var i = 0; i < _used; i++)
        {
            _table.Messages[i].NameLength = SocketAddressBytes.Slot;
            _table.Messages[i].ControlLength = ControlMessages.Slot;
        }
    }
}
