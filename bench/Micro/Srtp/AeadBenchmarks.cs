using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Micro.Srtp;

/// <summary>The cipher alone, beside the framework's <see cref="AesGcm"/> as the peer to beat: 12 bytes of header, the rest text.</summary>
public class AeadBenchmarks
{
    private const int HeaderLength = 12;

    private readonly byte[] _iv = new byte[12];
    private readonly byte[] _packet = new byte[2048];
    private readonly byte[] _sealed = new byte[2048];
    private AeadCipher _narrow = null!;
    private AeadCipher _fastest = null!;
    private AesGcm _peer = null!;

    [Params(160, 1200)]
    public int Bytes { get; set; }

    [Params(16, 32)]
    public int KeyLength { get; set; }

    private Span<byte> TextAndTag => _packet.AsSpan(HeaderLength, Bytes - HeaderLength + AeadCipher.TagLength);

    private ReadOnlySpan<byte> Header => _packet.AsSpan(0, HeaderLength);

    [GlobalSetup]
    public void SetUp()
    {
        var key = new byte[KeyLength];
        _narrow = new AeadCipher(key, AeadKernel.Narrow);
        _fastest = new AeadCipher(key);
        _peer = new AesGcm(key, AeadCipher.TagLength);
        _fastest.Seal(default, Header, TextAndTag);
        _packet.CopyTo(_sealed, 0);
    }

    [Benchmark(Baseline = true, Description = "AesGcm encrypt")]
    public void PeerSeal() => _peer.Encrypt(
        _iv, TextAndTag[..^AeadCipher.TagLength], TextAndTag[..^AeadCipher.TagLength], TextAndTag[^AeadCipher.TagLength..], Header);

    [Benchmark(Description = "ours encrypt")]
    public void Seal() => _fastest.Seal(default, Header, TextAndTag);

    [Benchmark(Description = "ours encrypt, 128-bit multiply")]
    public void SealNarrow() => _narrow.Seal(default, Header, TextAndTag);

    [Benchmark(Description = "AesGcm decrypt")]
    public void PeerOpen()
    {
        var text = _packet.AsSpan(HeaderLength, Bytes - HeaderLength);
        var from = _sealed.AsSpan(HeaderLength, Bytes - HeaderLength);
        _peer.Decrypt(_iv, from, _sealed.AsSpan(Bytes, AeadCipher.TagLength), text, _sealed.AsSpan(0, HeaderLength));
    }

    [Benchmark(Description = "ours decrypt with copy")]
    public bool Open()
    {
        _sealed.AsSpan(0, Bytes + AeadCipher.TagLength).CopyTo(_packet);
        return _fastest.Open(default, Header, TextAndTag);
    }
}
