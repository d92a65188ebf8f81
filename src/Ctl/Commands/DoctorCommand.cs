using System.CommandLine;
using Sylk.Conference.Ctl.Cli;
using Sylk.Conference.Ctl.Doctor;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl doctor</c> (O2): what usually is wrong, found from where it is run; needs no key.</summary>
internal static class DoctorCommand
{
    private static readonly string[] All = ["network", "tls", "media", "sip", "clock", "storage", "cluster"];

    public static Command Make(Verbs verbs)
    {
        var only = new Argument<string[]>("checks") { Description = $"All, or some of {string.Join(", ", All)}.", Arity = ArgumentArity.ZeroOrMore };
        only.AcceptOnlyFromAmong(All);
        return verbs.Verb("doctor", "Look for what usually is wrong.", [only], async (line, session, stop) =>
        {
            var chosen = line.GetValue(only) is { Length: > 0 } some ? some : All;
            var findings = await RunAsync(await Patient.OfAsync(session, stop), chosen.Contains, stop);
            session.Printer.List(
                [.. findings.Select(finding => finding.ToJson())], [new("CHECK", "check"), new("STATE", "state"), new("FOUND", "detail"), new("ADVICE", "advice")]);
            return findings.Any(finding => finding.IsTrouble) ? ExitCode.Degraded : ExitCode.Ok;
        });
    }

    /// <exception cref="UnreachableException">The server does not answer at all.</exception>
    private static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, Func<string, bool> wanted, CancellationToken stop)
    {
        var findings = new List<Finding>();
        if (wanted("tls"))
            findings.AddRange(await TlsChecks.RunAsync(patient, TimeProvider.System, stop));
        // What cannot be trusted is not asked any further.
        if (findings.Any(finding => finding.State == "failed"))
            findings.Add(Finding.Skipped("server", "its certificate must be right first"));
        else
            findings.AddRange(await AskAsync(patient, wanted, stop));
        if (wanted("media"))
            findings.AddRange(HostChecks.Buffers(patient));
        if (wanted("sip"))
            findings.AddRange(HostChecks.Sip(patient));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> AskAsync(Patient patient, Func<string, bool> wanted, CancellationToken stop)
    {
        var findings = new List<Finding>();
        if (wanted("storage") || wanted("cluster") || wanted("media"))
            findings.AddRange(await ServerChecks.HealthAsync(patient, wanted, stop));
        if (wanted("network"))
            findings.AddRange(await NetworkChecks.RunAsync(patient, stop));
        if (wanted("clock"))
            findings.Add(await ServerChecks.ClockAsync(patient, TimeProvider.System, stop));
        return findings;
    }
}
