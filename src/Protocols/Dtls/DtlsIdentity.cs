using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sylk.Conference.Protocols.Dtls;

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
}
