using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-11: a resent packet is what was sent under its number, at most three times and once a round trip, while it is of use; and
/// over any stretch no more is resent than L8 allows. The clock's milliseconds pass 2^32 on the way.
/// </summary>
internal sealed class ResendScript
{
    private const int MostEntries = 2_048;
    private const int EntryBytes = 28;
    private const int KeptMs = 1_000;
    private const int OldestMs = 2_000;
    private const int ShortestRttMs = 20;
    private static readonly Instant Start = new((1L << 32) * 1_000_000 - 500_000_000);
    private readonly Sent[] _sent = new Sent[1 << 16];
    private ResendLedger _ledger = new();
    private int _script;
    private long _source;
    private ushort _newest;
    private double _owed;
    private int _resent;

    public static FuzzTarget Target => new("Z-11-resend", "resend ledger and budget", EventScript.Seeds(), () => new ResendScript().Check)
    {
        MaxLength = EventScript.MaxLength,

        // A ledger that grows to its end passes through every smaller size.
        FreeAllocation = 2 * MostEntries * EntryBytes,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        _script++;
        _ledger = new ResendLedger();
        (_source, _newest, _owed, _resent) = (0xFFFF_FFF0, 65_000, 0, 0);
        return new EventScript(input, Start, 1).Play(Step) is { } fault ? FuzzVerdict.Violates(fault)
            : _resent > 0 ? FuzzVerdict.Accepted
            : FuzzVerdict.Refused;
    }

    private string? Step(in EventScript script)
    {
        switch (script.Event & 7)
        {
            case < 4:
                Record(script, 1 + (script.Event >> 6));
                break;
            case 7 when (script.Event & 8) == 0:
                Record(script, 1 + script.Argument % 5_000);
                break;
            default:
                // One question asks for a number over and over, as a hostile receiver would.
                for (var times = 1 + (script.Event >> 4) % 4; times > 0; times--)
                {
                    if (Ask(script.Now, (ushort)(_newest - script.Argument % 300), script.Argument >> 7) is { } fault)
                    {
                        return fault;
                    }
                }

                break;
        }

        return _ledger.MemoryBytes > MostEntries * EntryBytes ? "the ledger is too large" : null;
    }

    private void Record(in EventScript script, int step)
    {
        _newest = (ushort)(_newest + step);
        var entry = new LedgerEntry(
            7, _source++, (uint)script.Argument, (script.Event & 16) != 0, 96, (ushort)script.Argument, script.Event, (byte)(script.Event & 31), 3);
        var bytes = 40 + script.Argument % (ResendBudget.LargestPacket - 39);
        _ledger.Record(script.Now, _newest, bytes, entry);
        _sent[_newest] = new Sent(_script, entry, bytes, script.Now);
        _owed = Math.Max(0, _owed - bytes / 2.0);
    }

    private string? Ask(Instant now, ushort number, int rttMs)
    {
        ref var sent = ref _sent[number];
        var verdict = _ledger.TryTake(now, number, rttMs, out var taken);
        var isKnown = sent.Script == _script;
        var age = (now - sent.At).TotalMilliseconds;
        if (verdict != ResendVerdict.Resend)
        {
            var isKept = isKnown && age < KeptMs && (ushort)(_newest - number) < MostEntries;
            return verdict == ResendVerdict.Unknown && isKept ? "a young packet is forgotten" : null;
        }

        var tooSoon = sent.Tries > 0 && (now - sent.ResentAt).TotalMilliseconds < Math.Max(rttMs, ShortestRttMs);
        if (!isKnown || taken != sent.Entry || tooSoon || sent.Tries == ResendLedger.MaxTries
            || age > Math.Min(OldestMs, 2 * rttMs + 500))
        {
            return !isKnown || taken != sent.Entry ? "something else is resent" : $"resent again: {sent.Tries} tries, {age} ms";
        }

        _resent++;
        sent.Tries++;
        sent.ResentAt = now;
        _ledger.OnResent(sent.Bytes);
        _owed += sent.Bytes;
        return _owed > ResendBudget.BurstBytes ? "more is resent than the budget" : null;
    }

    private struct Sent(int script, LedgerEntry entry, int bytes, Instant at)
    {
        public readonly int Script = script;
        public readonly LedgerEntry Entry = entry;
        public readonly int Bytes = bytes;
        public readonly Instant At = at;
        public Instant ResentAt;
        public int Tries;
    }
}
