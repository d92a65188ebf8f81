using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// Encrypts eight counter blocks at once, enough to keep two AES units busy through their latency. A counter is a block
/// whose last 32 bits are in the processor's byte order, so that they can be added to.
/// </summary>
internal static class AesCounterBlocks
{
    public const int Batch = 8;

    /// <summary>The block to encrypt, <paramref name="ahead"/> blocks after the counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Block(Vector128<uint> counter, uint ahead) => Ssse3.Shuffle(
        (counter + Vector128.Create(0, 0, 0, ahead)).AsByte(),
        Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12));

    /// <summary>The key stream of the eight blocks after <paramref name="counter"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(
        Vector128<byte>[] roundKeys, Vector128<uint> counter,
        out Vector128<byte> a, out Vector128<byte> b, out Vector128<byte> c, out Vector128<byte> d,
        out Vector128<byte> e, out Vector128<byte> f, out Vector128<byte> g, out Vector128<byte> h)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(roundKeys);
        var last = roundKeys.Length - 1;
        var key = keys;
        (a, b) = (Block(counter, 1) ^ key, Block(counter, 2) ^ key);
        (c, d) = (Block(counter, 3) ^ key, Block(counter, 4) ^ key);
        (e, f) = (Block(counter, 5) ^ key, Block(counter, 6) ^ key);
        (g, h) = (Block(counter, 7) ^ key, Block(counter, 8) ^ key);
        for (var i = 1; i < last; i++)
        {
            key = Unsafe.Add(ref keys, i);
            a = X86Aes.Encrypt(a, key);
            b = X86Aes.Encrypt(b, key);
            c = X86Aes.Encrypt(c, key);
            d = X86Aes.Encrypt(d, key);
            e = X86Aes.Encrypt(e, key);
            f = X86Aes.Encrypt(f, key);
            g = X86Aes.Encrypt(g, key);
            h = X86Aes.Encrypt(h, key);
        }

        key = Unsafe.Add(ref keys, last);
        a = X86Aes.EncryptLast(a, key);
        b = X86Aes.EncryptLast(b, key);
        c = X86Aes.EncryptLast(c, key);
        d = X86Aes.EncryptLast(d, key);
        e = X86Aes.EncryptLast(e, key);
        f = X86Aes.EncryptLast(f, key);
        g = X86Aes.EncryptLast(g, key);
        h = X86Aes.EncryptLast(h, key);
    }
}
