using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>
/// OpenSSL's view of the network: reads take one whole datagram of the session, each write is one datagram. Nothing is
/// buffered in native memory. The BIO's data and the SSL's application data are a handle to the session.
/// </summary>
internal static unsafe class DtlsBio
{
    public const int LinkMtu = 1200;
    private const int TypeSourceSink = 0x0400, Index = 127;
    private const int FlagRead = 1, FlagShouldRetry = 8;
    private const int CtrlFlush = 11, CtrlQueryMtu = 40, CtrlGetMtu = 41, CtrlSetMtu = 42, CtrlFallbackMtu = 47;
    private const uint FirstTimeout = 50_000, LastTimeout = 1_600_000;
    private static readonly nint Method = CreateMethod();

    public static nint Create(nint session)
    {
        var bio = OpenSsl.BioNew(Method);
        OpenSsl.BioSetData(bio, session);
        OpenSsl.BioSetInit(bio, 1);
        return bio;
    }

    /// <summary>
    /// RFC 6347 section 4.2.4.1 with a first wait of 50 ms; microseconds. Doubling stops at 1.6 s because the handshake has 10 s,
    /// which also stays below the twelve repetitions OpenSSL allows.
    /// </summary>
    [UnmanagedCallersOnly]
    public static uint NextTimeout(nint ssl, uint current) => current == 0 ? FirstTimeout : Math.Min(LastTimeout, current * 2);

    /// <summary>As late as OpenSSL can count: 71 minutes.</summary>
    [UnmanagedCallersOnly]
    public static uint NoTimeout(nint ssl, uint current) => uint.MaxValue;

    /// <summary>Judges the peer's certificate by its fingerprint alone: 1 accepts.</summary>
    [UnmanagedCallersOnly]
    public static int VerifyPeer(nint store, nint argument)
    {
        var ssl = OpenSsl.StoreGetExtra(store, OpenSsl.StoreExtraIndex());
        var certificate = OpenSsl.StoreCertificate(store);
        byte* der = null;
        var length = certificate == 0 ? 0 : OpenSsl.CertificateToDer(certificate, null);
        if (length is <= 0 or > DtlsSession.MaxCertificate)
        {
            return Reject(store);
        }

        var buffer = stackalloc byte[length];
        der = buffer;
        OpenSsl.CertificateToDer(certificate, &der);
        var accepted = Session(OpenSsl.GetExtra(ssl, 0)).AcceptsCertificate(new ReadOnlySpan<byte>(buffer, length));
        return accepted ? 1 : Reject(store);
    }

    private static int Reject(nint store)
    {
        OpenSsl.StoreSetError(store, OpenSsl.CertificateRejected);
        return 0;
    }

    private static nint CreateMethod()
    {
        fixed (byte* name = "datagram"u8)
        {
            var method = OpenSsl.BioMethodNew(TypeSourceSink | Index, name);
            OpenSsl.BioSetRead(method, &Read);
            OpenSsl.BioSetWrite(method, &Write);
            OpenSsl.BioSetControl(method, &Control);
            return method;
        }
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, int size)
    {
        OpenSsl.BioClearFlags(bio, FlagRead | FlagShouldRetry);
        var read = Session(OpenSsl.BioGetData(bio)).TakeInput(new Span<byte>(buffer, size));
        if (read == 0)
        {
            OpenSsl.BioSetFlags(bio, FlagRead | FlagShouldRetry);
            return -1;
        }

        return read;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* buffer, int size)
    {
        Session(OpenSsl.BioGetData(bio)).Emit(new ReadOnlySpan<byte>(buffer, size));
        return size;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, void* pointer) => command switch
    {
        CtrlFlush => 1,
        CtrlQueryMtu or CtrlGetMtu or CtrlFallbackMtu => LinkMtu,
        CtrlSetMtu => number,
        _ => 0,
    };

    private static DtlsSession Session(nint handle) => Unsafe.As<DtlsSession>(GCHandle.FromIntPtr(handle).Target!);
}
