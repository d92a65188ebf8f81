using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class ResendLedgerTests
{
    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static void Record(ResendLedger ledger, double ms, long seq, int bytes = 1_200) =>
        ledger.Record(At(ms), (ushort)seq, bytes, new LedgerEntry(7, seq + 5, (uint)seq, true, 96, 300, 4, 31, 9));

    private static ResendVerdict Take(ResendLedger ledger, double ms, int seq, int rtt = 50) => ledger.TryTake(At(ms), (ushort)seq, rtt, out _);

    [Fact(DisplayName = "L8 a packet is resent three times at most, once per round trip")]
    public void TriesAndSpacing()
    {
        var ledger = new ResendLedger();
        Record(ledger, 0, 10);
        Assert.Equal(ResendVerdict.Resend, Take(ledger, 30, 10));
        Assert.Equal(ResendVerdict.TooSoon, Take(ledger, 79, 10));
        Assert.Equal(ResendVerdict.Resend, Take(ledger, 80, 10));
        Assert.Equal(ResendVerdict.Resend, Take(ledger, 130, 10));
        Assert.Equal(ResendVerdict.TooOften, Take(ledger, 400, 10));
    }

    [Fact(DisplayName = "E.19.4 what was written comes back: source before a switch, number over 2^32, rewritten fields")]
    public void Fields()
    {
        var ledger = new ResendLedger();
        var sent = new LedgerEntry(0xFFFF_FFFF, 0x1234_5678_9ABC, 99, true, 96, 0x7FFF, 255, 31, 9);
        var other = new LedgerEntry(1, -3, 98, false, 97, 0xFFFF, 1, 2, 0);
        ledger.Record(At(0), 65_535, 100, sent);
        ledger.Record(At(0), 0, 100, other);
        Assert.Equal(ResendVerdict.Resend, ledger.TryTake(At(1), 65_535, 10, out var first));
        Assert.Equal(ResendVerdict.Resend, ledger.TryTake(At(1), 0, 10, out var second));
        Assert.Equal((sent, other), (first, second));
    }

    [Fact(DisplayName = "TU-16 NACKs for packets never sent, recycled or too old are refused")]
    public void Refusals()
    {
        var ledger = new ResendLedger();
        Assert.Equal(ResendVerdict.Unknown, Take(ledger, 0, 0));
        for (var seq = 0; seq < 3_000; seq++) Record(ledger, seq / 10.0, seq);
        Assert.Equal(ResendVerdict.Unknown, Take(ledger, 300, 3_000));
        Assert.Equal(ResendVerdict.Unknown, Take(ledger, 300, 951));
        Assert.Equal(ResendVerdict.Resend, Take(ledger, 300, 952));
        Assert.Equal(ResendVerdict.TooOld, Take(ledger, 2_301, 2_999, rtt: 2_000));
        Assert.Equal(ResendVerdict.TooOld, Take(ledger, 950, 2_999, rtt: 50));
    }

    [Fact(DisplayName = "L8 resent bytes stay at half of the stream's plus 64 KiB")]
    public void Budget()
    {
        var ledger = new ResendLedger();
        var sent = 0;
        var resent = 0;
        for (var seq = 0; seq < 1_000; seq++)
        {
            Record(ledger, seq, seq, 1_000);
            sent += 1_000;
            for (var back = 0; back < 3; back++)
            {
                if (seq < back * 30 || Take(ledger, seq, seq - back * 30, 20) != ResendVerdict.Resend) continue;
                ledger.OnResent(1_000);
                resent += 1_000;
                Assert.InRange(resent, 0, sent / 2 + ResendBudget.BurstBytes);
            }
        }

        Assert.InRange(resent, sent / 2, sent / 2 + ResendBudget.BurstBytes);
        var verdicts = new List<ResendVerdict>();
        for (var seq = 1_000; seq < 1_005; seq++)
        {
            Record(ledger, seq, seq, 1);
            verdicts.Add(Take(ledger, seq, seq));
            if (verdicts[^1] == ResendVerdict.Resend) ledger.OnResent(1_000);
        }

        Assert.Equal(ResendVerdict.OverBudget, verdicts[^1]);
    }

    [Theory(DisplayName = "an idle slot keeps nothing, an active one about a second")]
    [InlineData(0, 0)]
    [InlineData(50, 128 * 28)]
    [InlineData(120, 128 * 28)]
    [InlineData(300, 512 * 28)]
    public void Memory(int packetsPerSecond, int expected)
    {
        var ledger = new ResendLedger();
        for (var seq = 0; seq < packetsPerSecond * 10; seq++) Record(ledger, seq * 1_000.0 / packetsPerSecond, seq);
        Assert.Equal(expected, ledger.MemoryBytes);
    }

    [Fact(DisplayName = "L8 whatever is asked, never more than three resends of one packet nor two within a round trip")]
    public void Property() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 15], Gen.Int[0, 40]).Array[1, 500].Sample(steps =>
    {
        var ledger = new ResendLedger();
        var resends = new Dictionary<int, List<long>>();
        var next = 0;
        long now = 0;
        foreach (var (sends, ms, back) in steps)
        {
            now += ms;
            for (var i = 0; i < sends; i++) Record(ledger, now, next++);
            var asked = next - back;
            if (Take(ledger, now, asked, 30) != ResendVerdict.Resend) continue;
            Assert.InRange(asked, 0, next - 1);
            if (!resends.TryGetValue(asked, out var times)) resends[asked] = times = [];
            Assert.True(times.Count < 3 && (times.Count == 0 || now - times[^1] >= 30));
            times.Add(now);
        }
    }, iter: 300);
}
