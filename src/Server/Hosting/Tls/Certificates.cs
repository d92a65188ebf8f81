using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>The certificate of all TLS doors. Files are looked at every minute and at a reload; a bad one leaves the old in force.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly SylkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer? _watch;
    private volatile SslStreamCertificateContext? _current;
    private (DateTime Cert, DateTime Key) _seen;

    /// <exception cref="CryptographicException">The files of the configuration hold no certificate with its key.</exception>
    public Certificates(SylkOptions options, RoomClock clock, LiveOptions live, ILogger<Certificates> log)
    {
        (_options, _time, _log) = (options, clock.Time, log);
        switch (OptionRules.TlsMode(options))
        {
            case "selfSigned":
                _current = SelfSigned();
                break;
            case "files":
                (_seen, _current) = (Written(), FromFiles());
                _watch = _time.CreateTimer(_ => LookAgain(), null, Every, Every);
                live.Changed += LookAgain;
                break;
        }
    }

    /// <summary>What the next handshake is made with; null without TLS.</summary>
    public SslStreamCertificateContext? Current => _current;

    public X509Certificate2? Leaf => _current?.TargetCertificate;

    public void Dispose() => _watch?.Dispose();

    /// <summary>Takes the files when they have changed.</summary>
    public void LookAgain()
    {
        try
        {
            if (Written() == _seen)
                return;
            (_seen, _current) = (Written(), FromFiles());
            _log.CertificateTaken(_options.Tls.CertFile, Leaf!.NotAfter);
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _log.CertificateRefused(_options.Tls.CertFile, problem.Message);
        }
    }

    private (DateTime, DateTime) Written() => (WrittenAt(_options.Tls.CertFile), WrittenAt(_options.Tls.KeyFile));

    /// <summary>Links are followed: tools that renew certificates move a link.</summary>
    private static DateTime WrittenAt(string file) =>
        (File.ResolveLinkTarget(file, returnFinalTarget: true) ?? new FileInfo(file)).LastWriteTimeUtc;

    private SslStreamCertificateContext FromFiles()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.Tls.CertFile);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_options.Tls.CertFile, _options.Tls.KeyFile), chain, offline: true);
    }

    private SslStreamCertificateContext SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var host = new HostString(_options.Server.PublicHost) is { Host.Length: > 0 } named ? named.Host : Environment.MachineName;
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { host, "localhost", "127.0.0.1", "::1" }.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(name);
        }
        request.CertificateExtensions.Add(names.Build());
        var now = _time.GetUtcNow();
        return SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddHours(-1), now.AddDays(365)), [], offline: true);
    }
}
