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
            ours.Seal(GcmIv.Read(iv), associated, sealedBytes);
            Assert.Equal(Oracle(oracle, iv, associated, text.AsSpan(0, length)), sealedBytes);
            Assert.True(ours.Open(GcmIv.Read(iv), associated, sealedBytes));
            Assert.Equal(text.AsSpan(0, length), sealedBytes.AsSpan(0, length));
        }
    }

    /// <summary>Test cases 2, 3, 4, 14, 15 and 16 of the GCM submission to NIST: key, IV, header, text, sealed text, tag.</summary>
    public static TheoryData<string, string, string, string, string> NistCases
    {
        get
        {
            const string Key = "feffe9928665731c6d6a8f9467308308";
            const string Iv = "cafebabefacedbaddecaf888";
            const string Header = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
            const string Text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
            const string Sealed128 = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985";
            const string Sealed256 = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
            return new TheoryData<string, string, string, string, string>
            {
                { new string('0', 32), new string('0', 24), "", new string('0', 32), "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf" },
                { Key, Iv, "", Text, Sealed128 + "4d5c2af327cd64a62cf35abd2ba6fab4" },
                { Key, Iv, Header, Text[..120], Sealed128[..120] + "5bc94fbc3221a5db94fae95ae7121a47" },
                { new string('0', 64), new string('0', 24), "", new string('0', 32), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
                { Key + Key, Iv, "", Text, Sealed256 + "b094dac5d93471bdec1a502270e3cc6c" },
                { Key + Key, Iv, Header, Text[..120], Sealed256[..120] + "76fc6ece0f4e1768cddf8853bb2d551b" },
            };
        }
    }

    [Theory(DisplayName = "V-06 NIST GCM cases seal to the published bytes and open on every kernel; header, text, tag or IV changed is refused")]
    [MemberData(nameof(NistCases))]
    public void Nist(string key, string iv, string header, string text, string expected)
    {
        for (var kernel = AeadKernel.Portable; kernel <= AeadCipher.Fastest; kernel++)
        {
            using var cipher = new AeadCipher(Convert.FromHexString(key), kernel);
            var (ivValue, associated) = (GcmIv.Read(Convert.FromHexString(iv)), Convert.FromHexString(header));
            byte[] buffer = [.. Convert.FromHexString(text), .. new byte[AeadCipher.TagLength]];
            cipher.Seal(ivValue, associated, buffer);
            Assert.Equal(Convert.FromHexString(expected), buffer);
            Assert.True(cipher.Open(ivValue, associated, buffer));
            Assert.Equal(Convert.FromHexString(text), buffer[..^AeadCipher.TagLength]);
            AssertRefused(cipher, ivValue with { Last = ivValue.Last ^ 1 }, associated, expected);
            AssertRefused(cipher, ivValue, [.. associated, 0], expected);
            AssertRefused(cipher, ivValue, associated, expected[2..]);
            AssertRefused(cipher, ivValue, associated, expected + "00");
            AssertRefused(cipher, ivValue, associated, expected[..^32] + new string('0', 32));
            AssertRefused(cipher, ivValue, associated, expected[..^32] + new string('f', 32));
            for (var bit = 0; bit < expected.Length * 4; bit++)
            {
                var changed = Convert.FromHexString(expected);
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertRefused(cipher, ivValue, associated, Convert.ToHexString(changed));
            }
        }
    }

    private static void AssertRefused(AeadCipher cipher, GcmIv iv, byte[] associated, string sealedHex) =>
        Assert.False(cipher.Open(iv, associated, Convert.FromHexString(sealedHex)));

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
        ours.Seal(GcmIv.Read(iv), associated, actual);
        Check(actual.SequenceEqual(expected), "sealed bytes differ", text.Length, associated.Length);

        Check(ours.Open(GcmIv.Read(iv), associated, actual), "own packet refused", text.Length, associated.Length);
        Check(actual[..text.Length].SequenceEqual(text), "opened bytes differ", text.Length, associated.Length);

        var bit = random.Next(expected.Length * 8);
        expected[bit / 8] ^= (byte)(1 << (bit % 8));
        Check(!ours.Open(GcmIv.Read(iv), associated, expected), "forgery accepted", text.Length, associated.Length);
    }

    private static void Check(bool condition, string what, int text, int associated)
    {
        if (!condition)
        {
            Assert.Fail($"{what}: text {text}, associated {associated}");
        }
    }
}
