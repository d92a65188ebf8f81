using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;
using Sylk.Conference.Sfu.Routing.Speakers;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing;

public class PacketPathAllocationTests
{
    private readonly PacketHistory _history = new(PacketHistory.VideoBytes, PacketHistory.VideoSlots);
    private readonly NackGenerator _nack = new();
    private readonly ResendLedger _ledger = new();
    private readonly SlotRewriter _slot = new(1, 2, 90_000, isAudio: false);
    private readonly Vp8Rewriter _vp8 = new();
    private readonly Vp9Rewriter _vp9 = new();
    private readonly KeyframeGovernor _keyframes = new(isLowLayer: false);
    private readonly TransportCcRecorder _recorder = new();
    private readonly BitrateMeter _bitrate = new();
    private readonly LoudestRanking _loudest = new(3);
    private readonly SilenceGate _silence = new();
    private readonly DominantSpeaker _dominant = new();
    private readonly LevelReport _levels = new();
    private readonly byte[] _payload = new byte[1_200];
    private readonly byte[] _feedback = new byte[1_200];
    private int _mapped;

    [Fact(DisplayName = "E.4-E.13 after warm-up nothing on the packet path allocates")]
    public void NothingAllocates()
    {
        _slot.BeginSource(new Instant(0), new SourcePacketFacts(1, 0, 0, true), SwitchKind.Track);
        _vp8.BeginSource(default);
        _vp9.BeginSource(default);
        for (var i = 0; i < 20_000; i++) Packet(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 20_000; i < 40_000; i++) Packet(i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(_mapped, 30_000, 40_000);
    }

    private void Packet(int i)
    {
        if (i % 20 == 7) return; // lost
        var now = Instant.FromMilliseconds(i * 3);
        var facts = new SourcePacketFacts(1, i, (uint)(i / 3 * 3_000), i % 3 == 2, i % 3 == 0);
        Receive(now, i);
        Speak(now, i);
        if (i % 13 == 0) _slot.DropDeliberately(facts);
        else if (_slot.TryMap(now, facts, out var mapped)) Send(now, mapped, i);
    }

    private void Receive(Instant now, int i)
    {
        Span<ushort> lost = stackalloc ushort[64];
        _history.Add(i, 0, true, 96, _payload, now, 0);
        _nack.OnPacket(now, i);
        _nack.Collect(now, 20, lost);
        _bitrate.Add(now, _payload.Length);
        _recorder.OnPacket(now, (ushort)i, i % 3 == 2);
        while (_recorder.IsDue(now) && _recorder.TryWrite(now, 1, 2, _feedback, out _)) _mapped += 0;
        _keyframes.Request(now);
        _keyframes.TakeDue(now, 20);
    }

    private void Speak(Instant now, int i)
    {
        _silence.IsSilent(now, (byte)(i & 127), true, true);
        _loudest.Admit(now, i % 9, (byte)(i & 127), 9);
        _dominant.OnLevel(now, i % 9, (byte)(i & 127));
        _levels.OnLevel(now, i % 9, (byte)(i & 127));
        if (i % 100 != 0) return;
        _dominant.Evaluate(now);
        _levels.Evaluate(now);
    }

    private void Send(Instant now, in MappedPacket mapped, int i)
    {
        _mapped++;
        var picture = (ushort)(i / 3 & 0x7FFF);
        _vp8.TryRewrite(new Vp8Numbers(true, picture, true, true, 0, true, 0), out var written);
        _vp9.TryRewrite(new Vp9Numbers(true, picture, true, true, 0), out _);
        _ledger.Record(now, mapped.Sequence, 1_200, new LedgerEntry(1, i, mapped.Timestamp, mapped.Marker, 96, written.Picture));
        if (i % 50 == 0 && _ledger.TryTake(now, (ushort)(mapped.Sequence - 10), 20, out var entry) == ResendVerdict.Resend)
            _ledger.OnResent(_history.Contains(entry.SourceSequence) ? 1_200 : 0);
    }
}
