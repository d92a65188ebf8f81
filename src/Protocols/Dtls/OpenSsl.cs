using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>The functions of OpenSSL 3 we call. Handles are opaque pointers; who makes one frees it.</summary>
internal static unsafe partial class OpenSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    public const int WantRead = 2;
    public const int ZeroReturn = 6;

    public const int ModeControl = 33;
    public const int SessionCacheControl = 44;
    public const int GroupsListControl = 92;
    public const int LinkMtuControl = 120;
    public const int MinimumVersionControl = 123;
    public const int MaximumVersionControl = 124;
    public const int EofReturnControl = 130;
    public const int ResetControl = 1;
    public const int PendingControl = 10;

    public const int Dtls12 = 0xFEFD;
    public const long ReleaseBuffersMode = 0x10;
    public const ulong NoQueryMtu = 0x1000;
    public const ulong NoTicket = 0x4000;
    public const ulong CipherServerPreference = 0x0040_0000;
    public const ulong NoRenegotiation = 0x4000_0000;
    public const int VerifyPeerAndRequire = 0x03;

    [LibraryImport(Ssl)]
    public static partial nint DTLS_method();

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Ssl)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(nint context, string list);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_tlsext_use_srtp(nint context, string profiles);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, delegate* unmanaged[Cdecl]<int, nint, int> callback);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Ssl)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Ssl)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, nint pointer);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Ssl)]
    public static partial int SSL_read(nint ssl, Span<byte> buffer, int length);

    [LibraryImport(Ssl)]
    public static partial int SSL_write(nint ssl, ReadOnlySpan<byte> buffer, int length);

    [LibraryImport(Ssl)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Ssl)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);

    [LibraryImport(Ssl)]
    public static partial nint SSL_get_selected_srtp_profile(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void DTLS_set_timer_cb(nint ssl, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(Ssl)]
    public static partial int SSL_export_keying_material(
        nint ssl, Span<byte> output, nuint outputLength, ReadOnlySpan<byte> label, nuint labelLength, nint context, nuint contextLength, int useContext);

    [LibraryImport(Crypto)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    public static partial nint BIO_new(nint type);

    [LibraryImport(Crypto)]
    public static partial nint BIO_ctrl(nint bio, int command, nint number, nint pointer);

    [LibraryImport(Crypto)]
    public static partial int BIO_write(nint bio, ReadOnlySpan<byte> data, int length);

    [LibraryImport(Crypto)]
    public static partial int BIO_read(nint bio, Span<byte> data, int length);

    [LibraryImport(Crypto)]
    public static partial nint d2i_X509(nint destination, byte** data, nint length);

    [LibraryImport(Crypto)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Crypto)]
    public static partial int X509_digest(nint certificate, nint digest, Span<byte> output, out uint length);

    [LibraryImport(Crypto)]
    public static partial nint d2i_AutoPrivateKey(nint destination, byte** data, nint length);

    [LibraryImport(Crypto)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    public static partial nint EVP_sha256();

    [LibraryImport(Crypto)]
    public static partial nint EVP_sha384();

    [LibraryImport(Crypto)]
    public static partial nint EVP_sha512();

    [LibraryImport(Crypto)]
    public static partial void ERR_clear_error();

    /// <summary>Whom we talk to is decided by the fingerprint in the description, not by a chain of certificates (RFC 5763 §5).</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int AcceptCertificate(int verified, nint store) => 1;

    /// <summary>OpenSSL's own retransmission timer reads the wall clock; ours (<see cref="DtlsFlight"/>) does not, so its is put off for ever.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static uint PutOffTimer(nint ssl, uint previousMicroseconds) => uint.MaxValue;
}
