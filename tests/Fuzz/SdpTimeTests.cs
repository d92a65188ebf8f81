using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sylk.Conference.Fuzz.Tests.Targets;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Fuzz.Tests;

public class SdpTimeTests(ITestOutputHelper output)
{
    private const string Head = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\n";
    private const int Rounds = 30;

    public static TheoryData<string, string> Texts => new()
    {
        { "a usual offer", Encoding.UTF8.GetString(SdpSeeds.All[2]) },
        { "4,000 attributes", Head + Repeat("a=rtcp-fb:96 nack pli and more text to fill the line\n", 3996) },
        { "4,000 shortest lines", Head + Repeat("a=x\n", 3996) },
        { "one line of 256 KiB", Head + "a=" + new string(':', SdpLimits.MaxBytes - Head.Length - 2) },
        { "128 sections of 64 formats", Head + Repeat("m=audio 9 RTP/AVP" + Repeat(" 96", 64) + "\n", 128) },
        { "10,000 lines", Head + Repeat("a=x\n", 10_000) },
    };

    [Theory(DisplayName = "Z-13 TS-19 parsing takes at most 1 ms for 10 KiB, whatever the shape")]
    [MemberData(nameof(Texts))]
    public void Parsing_is_linear(string shape, string text)
    {
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = SdpParser.TryParse(text, out _, out _);
            var elapsed = Stopwatch.GetElapsedTime(started);
            best = elapsed < best ? elapsed : best;
        }

        // The best of many rounds: the others measure the neighbours. Short texts get the time of 2 KiB.
        var allowed = Math.Max(text.Length, 2048) / 10_240.0;
        var line = string.Create(CultureInfo.InvariantCulture, $"{shape}: {text.Length} bytes in {best.TotalMicroseconds:F0} µs");
        output.WriteLine(line);
        Assert.True(best.TotalMilliseconds <= allowed, line);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
