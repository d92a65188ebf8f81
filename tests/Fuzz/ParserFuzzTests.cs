using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Fuzz.Tests.Targets;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Sylk.Conference.Fuzz.Tests;

public class ParserFuzzTests(ITestOutputHelper output)
{
    [Fact(DisplayName = "Z-13 SDP: parse, print and answer survive any text")]
    public void Sdp() => Run(SdpTarget.Target);

    private void Run(FuzzTarget target)
    {
        var report = FuzzRun.FromEnvironment(target);
        output.WriteLine(report.ToString());
        Console.WriteLine(report.Summary);

        Assert.True(report.Findings.Count == 0, report.Summary);
        Assert.True(report.AcceptedPart >= target.LeastAccepted, report.Summary);
    }
}
