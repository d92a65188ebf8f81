namespace Sylk.Conference.Protocols.Dtls;

public enum DtlsRole : byte { Client, Server }

/// <summary>
/// What all sessions of one role share: certificate, DTLS 1.2 only, ECDHE with AEAD only, SRTP profiles in our order, no
/// renegotiation, no resumption (TU-25). Make one per process and role; sessions may outlive it.
/// </summary>
public sealed unsafe class DtlsContext : IDisposable
{
    internal const string Profiles = "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
    private const string Groups = "X25519:P-256";
    private const string Signatures = "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA+SHA384:ECDSA+SHA512:RSA+SHA512";
    private const int ReleaseBuffers = 0x10, MaxSendFragment = 2048;
    private const ulong Options = OpenSsl.NoQueryMtu | OpenSsl.NoTicket | OpenSsl.NoCompression | OpenSsl.CipherServerPreference
        | OpenSsl.NoRenegotiation;
    private nint _handle;

    public DtlsContext(DtlsIdentity identity, DtlsRole role)
        : this(identity, role, Profiles)
    {
    }

    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is not installed.</exception>
    internal DtlsContext(DtlsIdentity identity, DtlsRole role, string profiles)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("DTLS needs OpenSSL 3 (libssl.so.3).");
        }

        Role = role;
        _handle = OpenSsl.ContextNew(OpenSsl.DtlsMethod());
        SetProtocol(profiles);
        SetIdentity(identity);
        OpenSsl.ContextSetVerify(_handle, OpenSsl.VerifyPeer | OpenSsl.VerifyFailIfNoCertificate, 0);
        OpenSsl.ContextSetVerifier(_handle, &DtlsBio.VerifyPeer, 0);
    }

    /// <summary>OpenSSL 3 can be loaded.</summary>
    public static bool IsSupported => OpenSsl.IsAvailable;

    public DtlsRole Role { get; }

    /// <summary>
    /// Set to false where time is virtual: then OpenSSL, which only knows the wall clock, never repeats a flight by itself and
    /// sessions repeat the same datagrams when their own deadline says so.
    /// </summary>
    public bool FollowsWallClock { get; init; } = true;

    /// <summary>A fresh SSL in our role, without a BIO.</summary>
    internal nint CreateHandle()
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        var ssl = OpenSsl.New(_handle);
        OpenSsl.SetTimer(ssl, FollowsWallClock ? &DtlsBio.NextTimeout : &DtlsBio.NoTimeout);
        OpenSsl.Control(ssl, OpenSsl.CtrlLinkMtu, DtlsBio.LinkMtu, null);
        if (Role == DtlsRole.Server)
        {
            OpenSsl.SetAccept(ssl);
        }
        else
        {
            OpenSsl.SetConnect(ssl);
        }

        return ssl;
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            OpenSsl.ContextFree(_handle);
            _handle = 0;
        }
    }

    private void SetProtocol(string profiles)
    {
        OpenSsl.ContextSetOptions(_handle, Options);
        Demand(Set(OpenSsl.CtrlMinVersion, OpenSsl.Dtls12) && Set(OpenSsl.CtrlMaxVersion, OpenSsl.Dtls12), "version");
        Set(OpenSsl.CtrlMode, ReleaseBuffers);
        Set(OpenSsl.CtrlSessionCacheMode, 0);
        Set(OpenSsl.CtrlMaxCertList, DtlsSession.MaxCertificate);
        Set(OpenSsl.CtrlMaxSendFragment, MaxSendFragment);
        fixed (byte* ciphers = Text(Ciphers), groups = Text(Groups), signatures = Text(Signatures), srtp = Text(profiles))
        {
            Demand(OpenSsl.ContextSetCiphers(_handle, ciphers) == 1, "ciphers");
            Demand(OpenSsl.ContextControl(_handle, OpenSsl.CtrlGroupsList, 0, groups) == 1, "groups");
            Demand(OpenSsl.ContextControl(_handle, OpenSsl.CtrlSigAlgsList, 0, signatures) == 1, "signatures");
            Demand(OpenSsl.ContextSetSrtp(_handle, srtp) == 0, "SRTP profiles");
        }
    }

    private void SetIdentity(DtlsIdentity identity)
    {
        fixed (byte* certificate = identity.Certificate, key = identity.PrivateKey)
        {
            Demand(OpenSsl.ContextUseCertificate(_handle, identity.Certificate.Length, certificate) == 1, "certificate");
            Demand(OpenSsl.ContextUseKey(OpenSsl.KeyTypeEc, _handle, key, identity.PrivateKey.Length) == 1, "key");
        }
    }

    private bool Set(int command, nint value) => OpenSsl.ContextControl(_handle, command, value, null) != 0;

    private static byte[] Text(string value) => [.. System.Text.Encoding.ASCII.GetBytes(value), 0];

    private static void Demand(bool done, string what)
    {
        if (!done)
        {
            throw new InvalidOperationException($"OpenSSL refuses our {what}.");
        }
    }
}
