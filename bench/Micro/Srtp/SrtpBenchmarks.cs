using BenchmarkDotNet.Attributes;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Micro.Srtp;

/// <summary>Whole packets as the media engine protects and opens them.</summary>
public class SrtpBenchmarks
{
    private SrtpFlow _flow = null!;

    [Params(160, 1200)]
    public int Bytes { get; set; }

    [Params(SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmSha1_80)]
    public SrtpProfile Profile { get; set; }

    [GlobalSetup]
    public void SetUp() => _flow = new SrtpFlow(Profile, Bytes);

    [Benchmark]
    public int Protect() => _flow.Protect();

    /// <summary>Includes copying the protected packet, which opening destroys, into place; every packet has a new index.</summary>
    [Benchmark]
    public int ProtectAndUnprotect() => _flow.ProtectAndUnprotect();

    [Benchmark]
    public int ProtectAndUnprotectRtcp() => _flow.ProtectAndUnprotectRtcp();
}
