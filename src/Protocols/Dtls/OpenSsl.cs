using System.Runtime.InteropServices;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>
/// The entries of OpenSSL 3 that DTLS needs, as function pointers: no import resolver is installed, so other users of
/// OpenSSL in this assembly are not affected.
/// </summary>
internal static unsafe class OpenSsl
{
    public const int CtrlMode = 33, CtrlSessionCacheMode = 44, CtrlMaxCertList = 51, CtrlMaxSendFragment = 52, CtrlGroupsList = 92;
    public const int CtrlSigAlgsList = 98, CtrlHandleTimeout = 74, CtrlLinkMtu = 120, CtrlExtendedMasterSecret = 122;
    public const int CtrlMinVersion = 123, CtrlMaxVersion = 124;
    public const int Dtls12 = 0xFEFD;
    public const int KeyTypeEc = 408;
    public const int VerifyPeer = 1, VerifyFailIfNoCertificate = 2;
    public const int ErrorSsl = 1, ErrorWantRead = 2, ErrorZeroReturn = 6;
    public const int CertificateRejected = 28;
    public const ulong NoQueryMtu = 1ul << 12, NoTicket = 1ul << 14, NoCompression = 1ul << 17, CipherServerPreference = 1ul << 22;
    public const ulong NoRenegotiation = 1ul << 30;

    private const ulong FirstVersion = 0x3000_0000;
    private static readonly nint Ssl = Load("libssl.so.3", "libssl.so", "libssl.3.dylib", "libssl-3-x64.dll");
    private static readonly nint Crypto = Load("libcrypto.so.3", "libcrypto.so", "libcrypto.3.dylib", "libcrypto-3-x64.dll");

    public static readonly delegate* unmanaged<nint> DtlsMethod = (delegate* unmanaged<nint>)S("DTLS_method");
    public static readonly delegate* unmanaged<nint, nint> ContextNew = (delegate* unmanaged<nint, nint>)S("SSL_CTX_new");
    public static readonly delegate* unmanaged<nint, void> ContextFree = (delegate* unmanaged<nint, void>)S("SSL_CTX_free");
    public static readonly delegate* unmanaged<nint, int, nint, void*, nint> ContextControl =
        (delegate* unmanaged<nint, int, nint, void*, nint>)S("SSL_CTX_ctrl");
    public static readonly delegate* unmanaged<nint, ulong, ulong> ContextSetOptions =
        (delegate* unmanaged<nint, ulong, ulong>)S("SSL_CTX_set_options");
    public static readonly delegate* unmanaged<nint, byte*, int> ContextSetCiphers =
        (delegate* unmanaged<nint, byte*, int>)S("SSL_CTX_set_cipher_list");
    public static readonly delegate* unmanaged<nint, int, byte*, int> ContextUseCertificate =
        (delegate* unmanaged<nint, int, byte*, int>)S("SSL_CTX_use_certificate_ASN1");
    public static readonly delegate* unmanaged<int, nint, byte*, nint, int> ContextUseKey =
        (delegate* unmanaged<int, nint, byte*, nint, int>)S("SSL_CTX_use_PrivateKey_ASN1");
    public static readonly delegate* unmanaged<nint, int, nint, void> ContextSetVerify =
        (delegate* unmanaged<nint, int, nint, void>)S("SSL_CTX_set_verify");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, nint, int>, nint, void> ContextSetVerifier =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, nint, int>, nint, void>)S("SSL_CTX_set_cert_verify_callback");
    public static readonly delegate* unmanaged<nint, byte*, int> ContextSetSrtp =
        (delegate* unmanaged<nint, byte*, int>)S("SSL_CTX_set_tlsext_use_srtp");

    public static readonly delegate* unmanaged<nint, nint> New = (delegate* unmanaged<nint, nint>)S("SSL_new");
    public static readonly delegate* unmanaged<nint, void> Free = (delegate* unmanaged<nint, void>)S("SSL_free");
    public static readonly delegate* unmanaged<nint, nint, nint, void> SetBio = (delegate* unmanaged<nint, nint, nint, void>)S("SSL_set_bio");
    public static readonly delegate* unmanaged<nint, void> SetAccept = (delegate* unmanaged<nint, void>)S("SSL_set_accept_state");
    public static readonly delegate* unmanaged<nint, void> SetConnect = (delegate* unmanaged<nint, void>)S("SSL_set_connect_state");
    public static readonly delegate* unmanaged<nint, int> DoHandshake = (delegate* unmanaged<nint, int>)S("SSL_do_handshake");
    public static readonly delegate* unmanaged<nint, byte*, int, int> Read = (delegate* unmanaged<nint, byte*, int, int>)S("SSL_read");
    public static readonly delegate* unmanaged<nint, byte*, int, int> Write = (delegate* unmanaged<nint, byte*, int, int>)S("SSL_write");
    public static readonly delegate* unmanaged<nint, int> Shutdown = (delegate* unmanaged<nint, int>)S("SSL_shutdown");
    public static readonly delegate* unmanaged<nint, int> AllocateBuffers = (delegate* unmanaged<nint, int>)S("SSL_alloc_buffers");
    public static readonly delegate* unmanaged<nint, int> FreeBuffers = (delegate* unmanaged<nint, int>)S("SSL_free_buffers");
    public static readonly delegate* unmanaged<nint, int, int> GetError = (delegate* unmanaged<nint, int, int>)S("SSL_get_error");
    public static readonly delegate* unmanaged<nint, int, nint, void*, nint> Control =
        (delegate* unmanaged<nint, int, nint, void*, nint>)S("SSL_ctrl");
    public static readonly delegate* unmanaged<nint, SrtpProfile*> SelectedSrtp =
        (delegate* unmanaged<nint, SrtpProfile*>)S("SSL_get_selected_srtp_profile");
    public static readonly delegate* unmanaged<nint, byte*, nint, byte*, nint, byte*, nint, int, int> ExportKeys =
        (delegate* unmanaged<nint, byte*, nint, byte*, nint, byte*, nint, int, int>)S("SSL_export_keying_material");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, uint, uint>, void> SetTimer =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, uint, uint>, void>)S("DTLS_set_timer_cb");
    public static readonly delegate* unmanaged<nint, int, nint, int> SetExtra = (delegate* unmanaged<nint, int, nint, int>)S("SSL_set_ex_data");
    public static readonly delegate* unmanaged<nint, int, nint> GetExtra = (delegate* unmanaged<nint, int, nint>)S("SSL_get_ex_data");
    public static readonly delegate* unmanaged<int> StoreExtraIndex = (delegate* unmanaged<int>)S("SSL_get_ex_data_X509_STORE_CTX_idx");

    public static readonly delegate* unmanaged<int, byte*, nint> BioMethodNew = (delegate* unmanaged<int, byte*, nint>)C("BIO_meth_new");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, int, int>, int> BioSetWrite =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, int, int>, int>)C("BIO_meth_set_write");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, int, int>, int> BioSetRead =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, int, int>, int>)C("BIO_meth_set_read");
    public static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, int, nint, void*, nint>, int> BioSetControl =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, int, nint, void*, nint>, int>)C("BIO_meth_set_ctrl");
    public static readonly delegate* unmanaged<nint, nint> BioNew = (delegate* unmanaged<nint, nint>)C("BIO_new");
    public static readonly delegate* unmanaged<nint, nint, void> BioSetData = (delegate* unmanaged<nint, nint, void>)C("BIO_set_data");
    public static readonly delegate* unmanaged<nint, nint> BioGetData = (delegate* unmanaged<nint, nint>)C("BIO_get_data");
    public static readonly delegate* unmanaged<nint, int, void> BioSetInit = (delegate* unmanaged<nint, int, void>)C("BIO_set_init");
    public static readonly delegate* unmanaged<nint, int, void> BioSetFlags = (delegate* unmanaged<nint, int, void>)C("BIO_set_flags");
    public static readonly delegate* unmanaged<nint, int, void> BioClearFlags = (delegate* unmanaged<nint, int, void>)C("BIO_clear_flags");
    public static readonly delegate* unmanaged<void> ClearErrors = (delegate* unmanaged<void>)C("ERR_clear_error");
    public static readonly delegate* unmanaged<nint, nint> StoreCertificate = (delegate* unmanaged<nint, nint>)C("X509_STORE_CTX_get0_cert");
    public static readonly delegate* unmanaged<nint, int, nint> StoreGetExtra =
        (delegate* unmanaged<nint, int, nint>)C("X509_STORE_CTX_get_ex_data");
    public static readonly delegate* unmanaged<nint, int, void> StoreSetError = (delegate* unmanaged<nint, int, void>)C("X509_STORE_CTX_set_error");
    public static readonly delegate* unmanaged<nint, byte**, int> CertificateToDer = (delegate* unmanaged<nint, byte**, int>)C("i2d_X509");

    /// <summary>OpenSSL's SRTP_PROTECTION_PROFILE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct SrtpProfile
    {
        public readonly nint Name;
        public readonly CULong Id;
    }

    /// <summary>False when the machine has no OpenSSL 3.</summary>
    public static bool IsAvailable => Ssl != 0 && Crypto != 0 && ((delegate* unmanaged<ulong>)C("OpenSSL_version_num"))() >= FirstVersion;

    private static nint Load(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static nint S(string name) => Ssl != 0 && NativeLibrary.TryGetExport(Ssl, name, out var entry) ? entry : 0;

    private static nint C(string name) => Crypto != 0 && NativeLibrary.TryGetExport(Crypto, name, out var entry) ? entry : 0;
}
