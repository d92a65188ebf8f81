using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Linux;

/// <summary>Takes one datagram out of a read.</summary>
internal interface IDatagramConsumer
{
    void Consume(long arrivalRealtime, in TransportAddress from, Span<byte> datagram);
}

/// <summary>Reads sockets in batches into buffers of its own and takes coalesced reads apart.</summary>
internal sealed unsafe class UdpReader : IDisposable
{
    private const int Batch = 8;
    private const int BufferOctets = 65_536;
    private const int ControlOctets = 128;
    private const int ControlHeader = 16;
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(Batch * (BufferOctets + ControlOctets), 4096);
    private readonly MessageEntry* _entries = (MessageEntry*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(MessageEntry));
    private readonly BufferEntry* _buffers = (BufferEntry*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(BufferEntry));
    private readonly Ip4Address* _names = (Ip4Address*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Ip4Address));

    public UdpReader()
    {
        for (var i = 0; i < Batch; i++)
        {
            _buffers[i] = new BufferEntry { Start = _memory + i * BufferOctets, Length = BufferOctets };
            _entries[i].Name = _names + i;
            _entries[i].Buffers = _buffers + i;
            _entries[i].BufferCount = 1;
            _entries[i].Control = _memory + Batch * BufferOctets + i * ControlOctets;
        }
    }

    /// <summary>Reads until the socket is empty, at most 64 reads.</summary>
    public void Drain<T>(int descriptor, T consumer)
        where T : class, IDatagramConsumer
    {
        for (var turn = 0; turn < 8; turn++)
        {
            for (var i = 0; i < Batch; i++)
            {
                _entries[i].NameLength = (uint)sizeof(Ip4Address);
                _entries[i].ControlLength = ControlOctets;
            }

            var count = Native.ReceiveMany(descriptor, _entries, Batch, Native.DontWait, null);
            for (var i = 0; i < count; i++)
                Hand(_entries + i, consumer);
            if (count < Batch)
                return;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.Free(_entries);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_names);
    }

    private static void Hand<T>(MessageEntry* entry, T consumer)
        where T : class, IDatagramConsumer
    {
        var (segment, arrival) = ReadControl(entry);
        var rest = new Span<byte>(entry->Buffers->Start, (int)entry->Length);
        var from = UdpEndpoint.From(*entry->Name);
        var step = segment == 0 ? rest.Length : segment;
        while (rest.Length > 0)
        {
            var length = Math.Min(step, rest.Length);
            consumer.Consume(arrival, from, rest[..length]);
            rest = rest[length..];
        }
    }

    /// <summary>Size of the coalesced segments (0 for one datagram) and the kernel's time of arrival (0 for unknown).</summary>
    private static (int Segment, long Arrival) ReadControl(MessageEntry* entry)
    {
        var (segment, arrival) = (0, 0L);
        var control = new ReadOnlySpan<byte>(entry->Control, (int)Math.Min(entry->ControlLength, ControlOctets));
        while (control.Length >= ControlHeader)
        {
            var length = (int)MemoryMarshal.Read<ulong>(control);
            if (length < ControlHeader || length > control.Length)
                break;
            var (level, type) = (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..]));
            if (level == Native.UdpLevel && type == Native.UdpGro)
                segment = MemoryMarshal.Read<int>(control[ControlHeader..]);
            else if (level == Native.SocketLevel && type == Native.TimestampNanoseconds)
                arrival = ReadTime(control[ControlHeader..]);
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return (segment, arrival);
    }

    private static long ReadTime(ReadOnlySpan<byte> time) =>
        MemoryMarshal.Read<long>(time) * 1_000_000_000 + MemoryMarshal.Read<long>(time[8..]);
}
