using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Headless.Peers;

/// <summary>A certificate and DTLS client settings that any number of peers of a process may share.</summary>
public sealed class PeerIdentity : IDisposable
{
    private readonly DtlsIdentity _identity;

    public PeerIdentity(TimeProvider time)
    {
        _identity = DtlsIdentity.Create(time.GetUtcNow());
        Context = new DtlsContext(_identity, DtlsRole.Client);
    }

    public CertificateFingerprint Fingerprint => _identity.Fingerprint;

    internal DtlsContext Context { get; }

    public void Dispose()
    {
        Context.Dispose();
        _identity.Dispose();
    }
}
