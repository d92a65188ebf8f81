using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

internal enum ResendVerdict : byte
{
    Resend,

    /// <summary>Never sent here, or forgotten.</summary>
    Unknown,

    /// <summary>Resent within the last round trip: it is under way.</summary>
    TooSoon,

    TooOften,
    TooOld,

    /// <summary>The stream's resend budget is used up (L8).</summary>
    OverBudget,
}

/// <summary>What a slot sent under one sequence number: where to find the payload, and what was written over it.</summary>
/// <param name="Source">Number of the source the payload came from; publishers choose their SSRCs, so two may be equal.</param>
/// <param name="PayloadType">As sent to the receiver.</param>
/// <param name="Flags">The caller's own.</param>
/// <param name="Picture">Rewritten picture id (VP8, VP9) or frame number (dependency descriptor).</param>
/// <param name="Tl0">Rewritten TL0PICIDX.</param>
/// <param name="KeyIndex">Rewritten VP8 KEYIDX, 5 bits.</param>
internal readonly record struct LedgerEntry(
    uint Source, long SourceSequence, uint Timestamp, bool Marker, byte PayloadType,
    ushort Picture = 0, byte Tl0 = 0, byte KeyIndex = 0, byte Flags = 0);

/// <summary>
/// The newest packets one slot sent, 28 bytes each, to answer NACKs from. Starts empty, and doubles only while entries
/// younger than a second would be overwritten: about one second of the stream, never more than 2,048 packets.
/// </summary>
internal sealed class ResendLedger
{
    public const int MaxTries = 3;
    private const int FirstEntries = 128;
    private const int MostEntries = 2_048;
    private const int GrowWithinMs = 1_000;
    private const int OldestMs = 2_000;
    private const int ShortestRttMs = 20;

    private Entry[] _entries = [];
    private ResendBudget _budget;

    /// <summary>The sequence number recorded last.</summary>
    public ushort Newest { get; private set; }

    /// <summary>Whether something may be sent again that nobody asked for.</summary>
    public bool CanRepeat => _budget.CanRepeat;

    public int MemoryBytes => _entries.Length * Entry.Size;

    /// <summary>Where the next packet will be remembered (<see cref="CacheLine"/>).</summary>
    public void FetchNext() => CacheLine.FetchElement(_entries, (Newest + 1) & (_entries.Length - 1));

    /// <param name="bytes">Size on the wire, for the budget.</param>
    public void Record(Instant now, ushort outSeq, int bytes, in LedgerEntry sent)
    {
        var ms = Milliseconds(now);
        MakeRoom(outSeq, ms);
        _budget.OnSent(bytes);
        ref var entry = ref _entries[outSeq & (_entries.Length - 1)];
        entry.SourceLow = (uint)sent.SourceSequence;
        entry.SourceHigh = (ushort)(sent.SourceSequence >> 32);
        entry.Source = sent.Source;
        entry.PayloadType = sent.PayloadType;
        entry.Flags = sent.Flags;
        entry.Timestamp = sent.Timestamp;
        entry.SentAtMs = ms;
        entry.ResentAfterMs = 0;
        entry.OutSeq = Newest = outSeq;
        entry.Picture = sent.Picture;
        entry.Tl0 = sent.Tl0;
        entry.Bits = (byte)((sent.KeyIndex & Entry.KeyIndexMask) | (sent.Marker ? Entry.MarkerBit : 0));
    }

    /// <summary>What was sent under a number, without counting it as resent.</summary>
    public bool TryLook(ushort outSeq, out LedgerEntry sent)
    {
        sent = default;
        if (_entries.Length == 0 || _entries[outSeq & (_entries.Length - 1)].OutSeq != outSeq) return false;
        sent = _entries[outSeq & (_entries.Length - 1)].ToLedgerEntry();
        return true;
    }

    /// <summary>
    /// May this packet be resent now? On <see cref="ResendVerdict.Resend"/> it counts as resent; the caller then reports
    /// its size with <see cref="OnResent"/>.
    /// </summary>
    public ResendVerdict TryTake(Instant now, ushort outSeq, int rttMs, out LedgerEntry taken)
    {
        taken = default;
        if (_entries.Length == 0) return ResendVerdict.Unknown;
        ref var entry = ref _entries[outSeq & (_entries.Length - 1)];
        if (entry.OutSeq != outSeq) return ResendVerdict.Unknown;
        var age = Milliseconds(now) - entry.SentAtMs;
        var verdict = Judge(entry, age, rttMs);
        if (verdict != ResendVerdict.Resend) return verdict;

        entry.Bits += Entry.OneTry;
        entry.ResentAfterMs = (ushort)age;
        taken = entry.ToLedgerEntry();
        return ResendVerdict.Resend;
    }

    /// <summary>The packet was never sent: nobody is to get it later.</summary>
    public void Forget(ushort outSeq)
    {
        if (_entries.Length == 0) return;
        ref var entry = ref _entries[outSeq & (_entries.Length - 1)];
        if (entry.OutSeq == outSeq) entry.OutSeq = (ushort)~outSeq;
    }

    public void OnResent(int bytes) => _budget.OnResent(bytes);

    // The first question is always answered, however soon it comes: the packet cannot be under way twice yet.
    private ResendVerdict Judge(in Entry entry, uint age, int rttMs)
    {
        if (age > Math.Min(OldestMs, 2 * rttMs + 500)) return ResendVerdict.TooOld;
        if (entry.Tries >= MaxTries) return ResendVerdict.TooOften;
        if (entry.Tries > 0 && age - entry.ResentAfterMs < Math.Max(rttMs, ShortestRttMs)) return ResendVerdict.TooSoon;
        return _budget.CanResend ? ResendVerdict.Resend : ResendVerdict.OverBudget;
    }

    private void MakeRoom(ushort outSeq, uint nowMs)
    {
        if (_entries.Length == 0) _entries = Empty(FirstEntries);
        while (_entries.Length < MostEntries && HoldsYoung(outSeq, nowMs)) Grow();
    }

    private bool HoldsYoung(ushort outSeq, uint nowMs)
    {
        var index = outSeq & (_entries.Length - 1);
        ref readonly var entry = ref _entries[index];
        return entry.OutSeq != outSeq && entry.IsUsed(index, _entries.Length) && nowMs - entry.SentAtMs < GrowWithinMs;
    }

    private void Grow()
    {
        var larger = Empty(_entries.Length * 2);
        for (var i = 0; i < _entries.Length; i++)
        {
            ref readonly var entry = ref _entries[i];
            if (entry.IsUsed(i, _entries.Length)) larger[entry.OutSeq & (larger.Length - 1)] = entry;
        }

        _entries = larger;
    }

    // An unused entry carries a number that does not belong to its place, so it never matches.
    private static Entry[] Empty(int count)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++) entries[i].OutSeq = (ushort)~i;
        return entries;
    }

    private static uint Milliseconds(Instant now) => (uint)(now.Nanoseconds / 1_000_000);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public const int Size = 28;
        public const byte KeyIndexMask = 0x1F;
        public const byte MarkerBit = 0x20;
        public const byte OneTry = 0x40;

        public uint Source;
        public uint SourceLow;
        public uint Timestamp;
        public uint SentAtMs;
        public ushort SourceHigh;
        public ushort ResentAfterMs;
        public ushort OutSeq;
        public ushort Picture;
        public byte Tl0;
        public byte Bits;
        public byte PayloadType;
        public byte Flags;

        public readonly int Tries => Bits >> 6;

        public readonly bool IsUsed(int index, int length) => (OutSeq & (length - 1)) == index;

        public readonly LedgerEntry ToLedgerEntry() => new(
            Source, ((long)(short)SourceHigh << 32) | SourceLow, Timestamp, (Bits & MarkerBit) != 0, PayloadType,
            Picture, Tl0, (byte)(Bits & KeyIndexMask), Flags);
    }
}
