using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sylk.Conference.Protocols.Dtls;

<<<<<<< HEAD
/// <summary>Our certificate towards media peers: self-signed ECDSA P-256, made fresh, never shipped (TU-25).</summary>
public sealed unsafe class DtlsIdentity : IDisposable
{
    private DtlsIdentity(nint certificate, nint key, CertificateFingerprint fingerprint)
    {
        Certificate = certificate;
        Key = key;
        Fingerprint = fingerprint;
    }

    public CertificateFingerprint Fingerprint { get; }

    internal nint Certificate { get; private set; }

    internal nint Key { get; private set; }

    /// <param name="notBefore">Wall-clock time; the certificate is valid from a day before to a year after.</param>
    public static DtlsIdentity Create(DateTimeOffset notBefore)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=WebRTC", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(notBefore.AddDays(-1), notBefore.AddYears(1));
        var fingerprint = new CertificateFingerprint("sha-256", [.. SHA256.HashData(certificate.RawData)]);
        var keyDer = key.ExportECPrivateKey();
        fixed (byte* certificateBytes = certificate.RawData, keyBytes = keyDer)
        {
            var certificateCursor = certificateBytes;
            var keyCursor = keyBytes;
            return new DtlsIdentity(
                OpenSsl.d2i_X509(0, &certificateCursor, certificate.RawData.Length),
                OpenSsl.d2i_AutoPrivateKey(0, &keyCursor, keyDer.Length),
                fingerprint);
        }
    }

    public void Dispose()
    {
        OpenSsl.X509_free(Certificate);
        OpenSsl.EVP_PKEY_free(Key);
        Certificate = Key = 0;
    }
=======
/// <summary>Our certificate and key: ECDSA P-256, self-signed, made at start and never shipped (TU-25).</summary>
public sealed class DtlsIdentity : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private DtlsIdentity(byte[] certificate, byte[] privateKey)
    {
        Certificate = certificate;
        PrivateKey = privateKey;
        Fingerprint = CertificateFingerprint.Compute(certificate);
    }

    /// <summary>The SHA-256 fingerprint to signal.</summary>
    public CertificateFingerprint Fingerprint { get; }

    internal byte[] Certificate { get; }

    /// <summary>SEC 1 ECPrivateKey.</summary>
    internal byte[] PrivateKey { get; }

    /// <param name="notBefore">Start of validity, which lasts a year; a little in the past is wise.</param>
    public static DtlsIdentity Create(DateTimeOffset notBefore)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Sylk.Conference", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(notBefore, notBefore + Life);
        return new DtlsIdentity(certificate.RawData, key.ExportECPrivateKey());
    }

    /// <summary>Forgets the key. Contexts made from it keep working.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(PrivateKey);
>>>>>>> ice
}
