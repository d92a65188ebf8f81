using System.Runtime.InteropServices;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>The headers of one recvmmsg or sendmmsg call in native memory: each message has one vector, one address, one control area.</summary>
internal sealed unsafe class MessageTable : IDisposable
{
    public const int Capacity = 64;

    private readonly IoVector* _vectors;
    private readonly byte* _addresses;
    private readonly byte* _controls;
    private void* _block;

    public MessageTable()
    {
        const int Each = 64 + 16 + SocketAddressBytes.Slot + ControlMessages.Slot;
        _block = NativeMemory.AlignedAlloc(Each * Capacity, 64);
        NativeMemory.Clear(_block, Each * Capacity);
        Messages = (MultiMessage*)_block;
        _vectors = (IoVector*)(Messages + Capacity);
        _addresses = (byte*)(_vectors + Capacity);
        _controls = _addresses + SocketAddressBytes.Slot * Capacity;
        for (var i = 0; i < Capacity; i++) Connect(i);
    }

    public MultiMessage* Messages { get; }

    public ref IoVector Vector(int i) => ref _vectors[i];

    public byte* Address(int i) => _addresses + i * SocketAddressBytes.Slot;

    public byte* Control(int i) => _controls + i * ControlMessages.Slot;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        _block = null;
    }

    private void Connect(int i)
    {
        Messages[i].Name = Address(i);
        Messages[i].Vectors = _vectors + i;
        Messages[i].VectorCount = 1;
        Messages[i].Control = Control(i);
    }
}
