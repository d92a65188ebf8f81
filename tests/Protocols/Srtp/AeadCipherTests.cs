using System.Security.Cryptography;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class AeadCipherTests
{
    private const int MaxText = 1600;
    private const int MaxAssociated = 80;

    /// <summary>Every kernel this processor can run, with both key lengths; the portable one only where it is the only one.</summary>
    public static TheoryData<string, int> Kernels
    {
        get
        {
            var rows = new TheoryData<string, int>();
            var slowest = AeadCipher.Fastest == AeadKernel.Portable ? AeadKernel.Portable : AeadKernel.Narrow;
            for (var kernel = slowest; kernel <= AeadCipher.Fastest; kernel++)
            {
                rows.Add(kernel.ToString(), 16);
                rows.Add(kernel.ToString(), 32);
            }

            return rows;
        }
    }

    [Theory(DisplayName = "V-06 one million random packets: our GCM and the framework's agree both ways, and a flipped bit is refused")]
    [MemberData(nameof(Kernels))]
    public void Agrees_with_the_framework(string kernel, int keyLength)
    {
        var packets = 1_000_000 / Kernels.Count;
        var random = new Random(keyLength);
        var pool = new byte[1 << 16];
        random.NextBytes(pool);
        for (var done = 0; done < packets; done += 1000)
        {
            var key = RandomSlice(random, pool, keyLength);
            using var ours = new AeadCipher(key, Enum.Parse<AeadKernel>(kernel));
            using var oracle = new AesGcm(key, AeadCipher.TagLength);
            for (var i = 0; i < 1000; i++)
            {
                Compare(random, pool, ours, oracle);
            }
        }
    }

    [Theory(DisplayName = "V-06 every text length 0..1600 under header lengths 0..80: seals as the framework does and opens again")]
    [MemberData(nameof(Kernels))]
    public void Every_length(string kernel, int keyLength)
    {
        var random = new Random(keyLength);
        var key = new byte[keyLength];
        random.NextBytes(key);
        using var ours = new AeadCipher(key, Enum.Parse<AeadKernel>(kernel));
        using var oracle = new AesGcm(key, AeadCipher.TagLength);
        var (text, iv) = (new byte[MaxText], new byte[12]);
        random.NextBytes(text);
        for (var length = 0; length <= MaxText; length++)
        {
            var associated = text.AsSpan(0, length % (MaxAssociated + 1));
            var sealedBytes = new byte[length + AeadCipher.TagLength];
            text.AsSpan(0, length).CopyTo(sealedBytes);
            ours.Seal(iv, associated, sealedBytes);
            Assert.Equal(Oracle(oracle, iv, associated, text.AsSpan(0, length)), sealedBytes);
            Assert.True(ours.Open(iv, associated, sealedBytes));
            Assert.Equal(text.AsSpan(0, length), sealedBytes.AsSpan(0, length));
        }
    }

    // Small packets outnumber large ones so that a million take seconds; the largest still come a thousand times.
    private static int RandomLength(Random random) => random.Next(100) switch
    {
        < 50 => random.Next(0, 97),
        < 80 => random.Next(0, 400),
        _ => random.Next(0, MaxText + 1),
    };

    private static ReadOnlySpan<byte> RandomSlice(Random random, byte[] pool, int length) =>
        pool.AsSpan(random.Next(pool.Length - length), length);

    private static byte[] Oracle(AesGcm oracle, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length + AeadCipher.TagLength];
        oracle.Encrypt(iv, text, result.AsSpan(0, text.Length), result.AsSpan(text.Length), associated);
        return result;
    }

    private static void Compare(Random random, byte[] pool, AeadCipher ours, AesGcm oracle)
    {
        var iv = RandomSlice(random, pool, 12);
        var associated = RandomSlice(random, pool, random.Next(MaxAssociated + 1));
        var text = RandomSlice(random, pool, RandomLength(random));
        Span<byte> expected = stackalloc byte[text.Length + AeadCipher.TagLength];
        Span<byte> actual = stackalloc byte[expected.Length];
        oracle.Encrypt(iv, text, expected[..text.Length], expected[text.Length..], associated);
        text.CopyTo(actual);
        ours.Seal(iv, associated, actual);
        Check(actual.SequenceEqual(expected), "sealed bytes differ", text.Length, associated.Length);

        Check(ours.Open(iv, associated, actual), "own packet refused", text.Length, associated.Length);
        Check(actual[..text.Length].SequenceEqual(text), "opened bytes differ", text.Length, associated.Length);

        var bit = random.Next(expected.Length * 8);
        expected[bit / 8] ^= (byte)(1 << (bit % 8));
        Check(!ours.Open(iv, associated, expected), "forgery accepted", text.Length, associated.Length);
    }

    private static void Check(bool condition, string what, int text, int associated)
    {
        if (!condition)
        {
            Assert.Fail($"{what}: text {text}, associated {associated}");
        }
    }
}
