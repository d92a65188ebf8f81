using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>AES key expansion (FIPS 197 §5.2) for the processor's AES instructions: 11 round keys for 128 bits, 15 for 256.</summary>
internal static class AesRoundKeys
{
    public static bool IsSupported => X86Aes.IsSupported;

    public static Vector128<byte>[] Expand(ReadOnlySpan<byte> key)
    {
        var keyWords = key.Length / 4;
        var roundKeys = new Vector128<byte>[keyWords + 7];
        Span<uint> words = stackalloc uint[roundKeys.Length * 4];
        for (var i = 0; i < keyWords; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        var roundConstant = 1u;
        for (var i = keyWords; i < words.Length; i++)
        {
            words[i] = words[i - keyWords] ^ NextWord(words[i - 1], i % keyWords, keyWords, ref roundConstant);
        }

        for (var i = 0; i < roundKeys.Length; i++)
        {
            roundKeys[i] = Vector128.Create<uint>(words.Slice(4 * i, 4)).AsByte();
        }

        words.Clear();
        return roundKeys;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Encrypt(ReadOnlySpan<Vector128<byte>> roundKeys, Vector128<byte> block)
    {
        block ^= roundKeys[0];
        for (var i = 1; i < roundKeys.Length - 1; i++)
        {
            block = X86Aes.Encrypt(block, roundKeys[i]);
        }

        return X86Aes.EncryptLast(block, roundKeys[^1]);
    }

    private static uint NextWord(uint previous, int position, int keyWords, ref uint roundConstant)
    {
        if (position == 0)
        {
            var word = SubstituteBytes(uint.RotateRight(previous, 8)) ^ roundConstant;
            roundConstant = (roundConstant << 1) ^ (roundConstant >> 7) * 0x11B;
            return word;
        }

        return keyWords == 8 && position == 4 ? SubstituteBytes(previous) : previous;
    }

    // With four equal columns the row shift changes nothing, so the last round under a zero key is the S-box alone.
    private static uint SubstituteBytes(uint word) =>
        X86Aes.EncryptLast(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();
}
