using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class KeyDerivationTests
{
    private const int Rfc3711StreamBlocks = 65282;

    private static readonly byte[] MasterKeyB3 = Hex("E1F97A0D3E018BE0D64FA32C06DE4139");
    private static readonly byte[] MasterSaltB3 = Hex("0EC675AD498AFEEBB6960B3AABE6");

    [Theory(DisplayName = "V-03 RFC 3711 B.2: the AES-CM key stream, first and last blocks of 65,282, with and without AES instructions")]
    [InlineData(false)]
    [InlineData(true)]
    public void Key_stream(bool portable)
    {
        using var cipher = new AesCounterMode(Hex("2B7E151628AED2A6ABF7158809CF4F3C"), portable);
        var stream = new byte[Rfc3711StreamBlocks * AesCounterMode.BlockLength];
        cipher.Apply(0xF0F1F2F3F4F5F6F7, 0xF8F9FAFBFCFD0000, stream);
        Assert.Equal(
            Hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"),
            stream[..48]);
        Assert.Equal(
            Hex("EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44"),
            stream[^48..]);
    }

    [Fact(DisplayName = "V-03 RFC 3711 B.3: cipher key, cipher salt and the first 20 bytes of the authentication key")]
    public void Derived_keys()
    {
        using var keys = SrtpSessionKeys.Derive(SrtpProfile.Aes128CmSha1_80, MasterKeyB3, MasterSaltB3);
        Assert.Equal(Hex("C61E7A93744F39EE10734AFE3FF7A087"), keys.RtpKey);
        Assert.Equal(Hex("30CBBC08863D8C85D49DB34A9AE1"), keys.RtpSalt);
        Assert.Equal(Hex("CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA4"), keys.RtpAuthentication);
    }

    [Fact(DisplayName = "V-03 RFC 3711 B.3: all 94 bytes of the authentication key")]
    public void Long_authentication_key()
    {
        using var cipher = new AesCounterMode(MasterKeyB3);
        Assert.Equal(
            Hex("CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098"
                + "6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2"),
            SrtpSessionKeys.Derive(cipher, MasterSaltB3, label: 1, length: 94));
    }

    [Theory(DisplayName = "All six keys of each profile equal a slow derivation written from RFC 3711 §4.3 and RFC 7714 §11")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void All_labels(SrtpProfile profile)
    {
        using var keys = SrtpSessionKeys.Derive(profile, MasterKey(profile), MasterSalt(profile));
        byte[][] actual = [keys.RtpKey, keys.RtpAuthentication, keys.RtpSalt, keys.RtcpKey, keys.RtcpAuthentication, keys.RtcpSalt];
        for (var label = 0; label < actual.Length; label++)
        {
            Assert.Equal(SlowSrtp.Derive(MasterKey(profile), MasterSalt(profile), label, actual[label].Length), actual[label]);
        }
    }

    [Fact(DisplayName = "A key or salt of the wrong length is refused before any use")]
    public void Wrong_lengths()
    {
        Assert.Throws<ArgumentException>(() => new SrtpSender(SrtpProfile.AeadAes128Gcm, new byte[32], new byte[12]));
        Assert.Throws<ArgumentException>(() => new SrtpReceiver(SrtpProfile.AeadAes256Gcm, new byte[32], new byte[14]));
    }
}
