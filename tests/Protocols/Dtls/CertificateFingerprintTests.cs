using CsCheck;
using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Protocols.Tests.Dtls;

public sealed class CertificateFingerprintTests
{
    [Fact]
    public void Printed_and_parsed_fingerprints_are_equal()
    {
        var fingerprint = CertificateFingerprint.Compute("abc"u8);
        const string Text = "sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";
        Assert.Equal(Text, fingerprint.ToString());
        Assert.True(CertificateFingerprint.TryParse(Text.ToLowerInvariant(), out var parsed));
        Assert.Equal(fingerprint, parsed);
        Assert.True(parsed!.Matches("abc"u8));
        Assert.False(parsed.Matches("abd"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-256 ")]
    [InlineData("sha-256 AB:CD")]
    [InlineData("sha-256 BA-78")]
    [InlineData("sha-1 A")]
    [InlineData("sha-1 AG")]
    public void Refused(string text) => Assert.False(CertificateFingerprint.TryParse(text, out _));

    [Fact]
    public void Random_text_never_throws() =>
        Gen.String[0, 250].Sample(text => !CertificateFingerprint.TryParse("sha-512 " + text, out var parsed) || parsed!.Value.Length == 64);

    [Fact]
    public void A_new_identity_has_its_own_fingerprint()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var first = DtlsIdentity.Create(start);
        using var second = DtlsIdentity.Create(start);
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.True(first.Fingerprint.Matches(first.Certificate));
    }
}
