namespace Sylk.Conference.Protocols.Dtls;

/// <summary>The SRTP master keys of both directions (RFC 5764 section 4.2).</summary>
/// <param name="Profile">7 is AEAD_AES_128_GCM, 8 AEAD_AES_256_GCM, 1 AES128_CM_HMAC_SHA1_80.</param>
/// <param name="LocalKey">Protects what we send.</param>
/// <param name="LocalSalt">Belongs to <paramref name="LocalKey"/>.</param>
/// <param name="RemoteKey">Protects what we receive.</param>
/// <param name="RemoteSalt">Belongs to <paramref name="RemoteKey"/>.</param>
public sealed record SrtpKeyingMaterial(ushort Profile, byte[] LocalKey, byte[] LocalSalt, byte[] RemoteKey, byte[] RemoteSalt)
{
    public const ushort AeadAes128Gcm = 7, AeadAes256Gcm = 8, Aes128CmSha1Tag80 = 1;

    /// <summary>Bytes of key and salt of one direction, or zeros for a profile we do not know.</summary>
    public static (int Key, int Salt) SizesOf(ushort profile) => profile switch
    {
        AeadAes128Gcm => (16, 12),
        AeadAes256Gcm => (32, 12),
        Aes128CmSha1Tag80 => (16, 14),
        _ => (0, 0),
    };

    /// <summary>Splits exported material: client key, server key, client salt, server salt.</summary>
    public static SrtpKeyingMaterial Split(ushort profile, DtlsRole role, ReadOnlySpan<byte> material)
    {
        var (key, salt) = SizesOf(profile);
        var clientKey = material[..key].ToArray();
        var serverKey = material.Slice(key, key).ToArray();
        var clientSalt = material.Slice(2 * key, salt).ToArray();
        var serverSalt = material.Slice(2 * key + salt, salt).ToArray();
        return role == DtlsRole.Client
            ? new(profile, clientKey, clientSalt, serverKey, serverSalt)
            : new(profile, serverKey, serverSalt, clientKey, clientSalt);
    }

    /// <summary>Keys are secrets.</summary>
    public override string ToString() => $"SRTP profile {Profile}";
}
