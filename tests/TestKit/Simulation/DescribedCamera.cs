using System.Buffers.Binary;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A camera that sends AV1 with dependency descriptors (AV1 RTP specification, annex A): one layer, 30 frames a second, each built on
/// the one before, a keyframe first and whenever it is asked for.
/// </summary>
internal sealed class DescribedCamera(int peer, SourceLine line) : ICamera
{
    /// <summary>Where the mark stands in a payload, as in the VP8 cameras'.</summary>
    private const int MarkAt = 16;
    private const int KeyframePackets = 8, DeltaPackets = 3, LateFrames = 2;

    /// <summary>Fields after the three octets that every descriptor has: a structure of one layer with two templates, 640 x 360.</summary>
    private static readonly byte[] Structure = [0x80, 0x00, 0x3A, 0x41, 0x01, 0x81, 0x3F, 0x80, 0xB3, 0x80];

    private readonly byte[] _payload = new byte[420];
    private readonly byte[] _descriptor = new byte[3 + Structure.Length];
    private uint _frame;
    private ushort _number = (ushort)(65_500 + peer);
    private bool _keyframeWanted = true;
    private int _lateFor;

    public IReadOnlyList<SourceLine> Lines { get; } = [line];

    public Instant Next { get; private set; }

    public int KeyframesAsked { get; private set; }

    /// <summary>The first packet of a keyframe comes after the two frames that follow it, as when it was lost and sent again.</summary>
    public bool StartsLate { get; set; }

    public void AskKeyframe(uint ssrc)
    {
        KeyframesAsked++;
        _keyframeWanted = true;
    }

    public void Run(Instant now)
    {
        if (Next == default)
            Next = now;
        while (Next <= now)
        {
            SendFrame(Next);
            Next = new Instant(Next.Nanoseconds + 33_333_333);
        }
    }

    private void SendFrame(Instant at)
    {
        var key = _keyframeWanted;
        _keyframeWanted = false;
        var count = key ? KeyframePackets : DeltaPackets;
        for (var i = 0; i < count; i++)
        {
            _payload[0] = (byte)(key && i == 0 ? 0x18 : 0x10); // aggregation header: a coded video sequence begins, or not
            new PayloadMark(PayloadMark.Video(peer), _frame, (byte)i, (byte)count, key, at.Nanoseconds) { Back = key ? (byte)0 : (byte)1 }
                .Write(_payload.AsSpan(MarkAt));
            line.HoldsBack = StartsLate && key && i == 0;
            line.Send(at, i == count - 1, _payload, null, Descriptor(key, i == 0, i == count - 1));
        }

        _lateFor = line.HasHeld ? _lateFor + 1 : 0;
        if (_lateFor > LateFrames)
            line.LetGo();
        _frame++;
        _number++;
    }

    private ReadOnlySpan<byte> Descriptor(bool key, bool starts, bool ends)
    {
        _descriptor[0] = (byte)((starts ? 0x80 : 0) | (ends ? 0x40 : 0) | (key ? 0 : 1));
        BinaryPrimitives.WriteUInt16BigEndian(_descriptor.AsSpan(1), _number);
        Structure.CopyTo(_descriptor, 3);
        return _descriptor.AsSpan(0, key && starts ? _descriptor.Length : 3);
    }
}
