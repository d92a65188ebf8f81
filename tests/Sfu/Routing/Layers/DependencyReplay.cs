using System.Globalization;
using System.Reflection;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>A packet of a capture.</summary>
internal sealed record CapturedPacket(long Sequence, uint Timestamp, bool Marker, byte[] Descriptor)
{
    public static CapturedPacket[] Read(string name)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(Parse)];
    }

    private static CapturedPacket Parse(string line)
    {
        var parts = line.Split(' ');
        return new(
            long.Parse(parts[0], CultureInfo.InvariantCulture), uint.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "1",
            Convert.FromHexString(parts[3]));
    }
}

/// <summary>A packet that went out, as its receiver reads it.</summary>
internal sealed record ReplayedPacket(uint Timestamp, bool Marker, FrameDependencies Frame, uint Active);

/// <summary>
/// A capture through what a slot does with dependency descriptors, to a receiver that knows only what went out: it has its own
/// template structure, and a frame is decodable for it when all frames it refers to were.
/// </summary>
internal sealed class DependencyReplay(CapturedPacket[] packets)
{
    private readonly DependencyReader _reader = new();
    private readonly DependencySelector _selector = new();
    private readonly DependencyRewriter _frames = new();
    private readonly SlotRewriter _line = new(100, 0, 90_000, isAudio: false);
    private readonly DependencyStructure _structure = new();
    private readonly HashSet<int> _decoded = [];
    private int _next;
    private uint _active;
    private long _lastSequence;

    public LayerPoint Wanted { get; set; } = LayerPoint.Highest;

    public List<ReplayedPacket> Out { get; } = [];

    public bool NeedsKeyframe => _selector.NeedsKeyframe;

    public uint Sent => _reader.Active;

    /// <summary>Of the capture's packet taken last.</summary>
    public uint Timestamp => packets[_next - 1].Timestamp;

    public LayerPoint Shown => _selector.Shown;

    public DependencyStructure Structure => _structure;

    public bool IsOver => _next == packets.Length;

    /// <summary>Through whole temporal units, until one ends at or after a packet of the capture.</summary>
    public void RunTo(int packet)
    {
        while (!IsOver && (_next <= packet || !packets[_next - 1].Marker))
            Take(packets[_next++]);
    }

    private void Take(CapturedPacket packet)
    {
        Assert.Equal(DependencyOutcome.Parsed, _reader.Read(packet.Sequence, packet.Descriptor));
        var facts = new SourcePacketFacts(1, packet.Sequence, packet.Timestamp, packet.Marker, Picture: _reader.Number);
        if (_line.Source == SlotRewriter.NoSource)
        {
            _selector.Begin();
            _line.BeginSource(default, facts, SwitchKind.Track);
            _frames.BeginSource(_reader.Frame.FrameNumber, _reader.Structure.TemplateIdOffset, _reader.Structure.TemplateCount);
        }

        var verdict = _selector.Decide(_reader, packet.Timestamp, packet.Marker, Wanted);
        if (!verdict.Keeps)
        {
            _line.DropDeliberately(facts);
            return;
        }

        facts = facts with { StartsFrame = verdict.NothingBefore, Marker = verdict.NothingAfter, EndsFrame = _reader.Frame.EndOfFrame };
        Assert.True(_line.TryMap(new Instant(0), facts, out var mapped));
        Assert.Equal(Out.Count == 0 ? 100 : _lastSequence + 1, mapped.ExtendedSequence);
        _lastSequence = mapped.ExtendedSequence;
        Receive(packet.Timestamp, mapped.Marker, Rewrite(packet.Descriptor));
    }

    private byte[] Rewrite(byte[] descriptor)
    {
        if (_reader.Frame.HasStructure)
            _frames.OnStructure(_reader.Structure.TemplateIdOffset, _reader.Structure.TemplateCount);
        var targets = _reader.Frame.StartOfFrame ? _frames.Announce(_reader, _selector.Covered) : default;
        var written = new byte[targets.LengthOf(descriptor)];
        targets.Write(descriptor, written);
        DependencyDescriptor.Patch(written, _frames.TemplateId(_reader.Frame.TemplateId), _frames.FrameNumber(_reader.Frame.FrameNumber));
        return written;
    }

    private void Receive(uint timestamp, bool marker, byte[] descriptor)
    {
        Assert.Equal(DependencyOutcome.Parsed, DependencyDescriptor.TryParse(descriptor, _structure, out var frame));
        if (frame.HasActiveDecodeTargets)
            _active = frame.ActiveDecodeTargets;
        for (var i = 0; i < frame.FrameDiffCount; i++)
            Assert.Contains(frame.FrameNumber - frame.FrameDiff(i), _decoded);
        if (frame.EndOfFrame)
            _decoded.Add(frame.FrameNumber);
        Out.Add(new ReplayedPacket(timestamp, marker, frame, _active));
    }
}
