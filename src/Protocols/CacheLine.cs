using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Sylk.Conference.Protocols;

/// <summary>
/// Asks the processor to bring memory into its cache before it is needed. Who serves hundreds of receivers in turn finds each
/// one's state in nobody's cache, one object behind the other; asked for some receivers ahead, it is there. A hint only: it never
/// faults, changes nothing, and does nothing where the processor has no such instruction that we know.
/// </summary>
public static class CacheLine
{
    /// <summary>Octets of a line on the processors we run on.</summary>
    public const int Size = 64;

    /// <summary>The first lines of an object; null is fine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(object? item, int lines = 1)
    {
        if (!Sse.IsSupported)
            return;
        // The collector may move the object meanwhile: then a line was fetched for nothing.
        var address = *(byte**)Unsafe.AsPointer(ref item);
        for (var i = 0; i < lines; i++)
            Sse.Prefetch0(address + (i * Size));
    }

    /// <summary>The line of one element. An index outside the array is harmless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void FetchElement<T>(T[] items, int index)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(items), index)));
    }
}
