namespace Sylk.Conference.Protocols.Dtls;

public enum DtlsRole : byte { Server, Client }

/// <summary>
/// What all sessions of a process share: DTLS 1.2, ECDHE with AEAD only, our certificate, SRTP profiles in our order of
/// preference (GCM first: it costs half of AES-CM), no renegotiation, no resumption. Safe to use from several threads.
/// </summary>
public sealed unsafe class DtlsContext : IDisposable
{
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256";

    private const string SrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";

    /// <exception cref="InvalidOperationException">OpenSSL refused a setting: the installed version is not one we can use.</exception>
    public DtlsContext(DtlsIdentity identity, DtlsRole role)
        : this(identity, role, SrtpProfiles)
    {
    }

    internal DtlsContext(DtlsIdentity identity, DtlsRole role, string srtpProfiles)
    {
        Role = role;
        Handle = OpenSsl.SSL_CTX_new(OpenSsl.DTLS_method());
        Require(Handle != 0, "context");
        OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.MinimumVersionControl, OpenSsl.Dtls12, 0);
        OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.MaximumVersionControl, OpenSsl.Dtls12, 0);
        OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.ModeControl, (nint)OpenSsl.ReleaseBuffersMode, 0);
        OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.SessionCacheControl, 0, 0);
        OpenSsl.SSL_CTX_set_options(
            Handle, OpenSsl.NoQueryMtu | OpenSsl.NoTicket | OpenSsl.CipherServerPreference | OpenSsl.NoRenegotiation);
        Require(OpenSsl.SSL_CTX_set_cipher_list(Handle, Ciphers) == 1, "cipher suites");
        fixed (byte* groups = "X25519:P-256\0"u8)
            Require(OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.GroupsListControl, 0, (nint)groups) == 1, "groups");
        // This one function of the family returns 0 for success.
        Require(OpenSsl.SSL_CTX_set_tlsext_use_srtp(Handle, srtpProfiles) == 0, "SRTP profiles");
        Require(OpenSsl.SSL_CTX_use_certificate(Handle, identity.Certificate) == 1, "certificate");
        Require(OpenSsl.SSL_CTX_use_PrivateKey(Handle, identity.Key) == 1, "private key");
        OpenSsl.SSL_CTX_set_verify(Handle, OpenSsl.VerifyPeerAndRequire, &OpenSsl.AcceptCertificate);
    }

    public DtlsRole Role { get; }

    internal nint Handle { get; private set; }

    public void Dispose()
    {
        OpenSsl.SSL_CTX_free(Handle);
        Handle = 0;
    }

    private static void Require(bool accepted, string what)
    {
        if (!accepted)
            throw new InvalidOperationException($"OpenSSL did not accept the DTLS {what}.");
    }
}
