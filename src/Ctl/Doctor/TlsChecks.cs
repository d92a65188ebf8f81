using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>The certificate as browsers see it: name, chain, dates.</summary>
internal static class TlsChecks
{
    private const int SoonDays = 14;

    public static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, TimeProvider time, CancellationToken stop)
    {
        if (patient.Server.Scheme != "https")
            return [patient.IsHere ? Finding.Skipped("certificate", "http on this machine") : Finding.Warning(
                "certificate", "the address is http: browsers give camera and microphone to https pages only", "Set Tls:CertFile and Tls:KeyFile, or put a proxy with TLS in front.")];
        X509Certificate2? shown = null;
        var problems = SslPolicyErrors.None;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(patient.Server.Host.Trim('[', ']'), patient.Server.Port, stop);
            await using var tls = new SslStream(client.GetStream());
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = patient.Server.Host.Trim('[', ']'),
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    shown = certificate is null ? null : new X509Certificate2(certificate);
                    problems = errors;
                    return certificate is not null; // it is looked at, and nothing is said over this connection
                },
            };
            await tls.AuthenticateAsClientAsync(options, stop);
        }
        catch (Exception problem) when (problem is SocketException or IOException or AuthenticationException)
        {
            return [Finding.Failed("certificate", problem.Message, "See the server's log.")];
        }
        using (shown)
            return [.. Judge(shown!, problems, patient.Server.Host, time.GetUtcNow())];
    }

    private static IEnumerable<Finding> Judge(X509Certificate2 shown, SslPolicyErrors problems, string host, DateTimeOffset now)
    {
        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            yield return Finding.Failed("certificate name", $"it is for {Names(shown)}, not for {host}", $"Use a certificate for {host}, or the right --url.");
        else
            yield return Finding.Ok("certificate name", host);
        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            yield return Finding.Failed("certificate chain", $"issued by {shown.Issuer}, which this machine does not trust", "Put the whole chain into Tls:CertFile; a self-signed certificate is for trying out.");
        else
            yield return Finding.Ok("certificate chain", shown.Issuer);
        var left = shown.NotAfter.ToUniversalTime() - now.UtcDateTime;
        var until = string.Create(CultureInfo.InvariantCulture, $"until {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        yield return left.TotalDays switch
        {
            < 0 => Finding.Failed("certificate dates", until, "It has ended: renew it."),
            < SoonDays => Finding.Warning("certificate dates", until, "Renew it; the server takes the new files by itself."),
            _ => Finding.Ok("certificate dates", until),
        };
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
