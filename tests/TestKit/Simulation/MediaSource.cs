using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>A microphone: a packet every 20 ms.</summary>
internal sealed class Microphone(int peer, SourceLine line, byte level, bool isRedundant = false)
{
    private const byte OpusPayloadType = 111;

    private readonly byte[] _payload = new byte[60];
    private readonly byte[] _former = new byte[60];
    private readonly byte[] _red = new byte[160];
    private uint _frame;

    public SourceLine Line => line;

    public Instant Next { get; private set; }

    public byte Level { get; set; } = level;

    public void Run(Instant now)
    {
        if (Next == default)
            Next = now;
        while (Next <= now)
        {
            _payload[0] = 0x78;
            new PayloadMark(PayloadMark.Audio(peer), _frame, 0, 1, false, Next.Nanoseconds).Write(_payload.AsSpan(1));
            line.Send(Next, _frame == 0, isRedundant ? Repeat() : _payload, new AudioLevel(Level < 60, Level));
            _frame++;
            Next = Next.PlusMilliseconds(20);
        }
    }

    /// <summary>RFC 2198: the former packet, then this one.</summary>
    private ReadOnlySpan<byte> Repeat()
    {
        var writer = new RedWriter(_red);
        if (_frame > 0)
            writer.TryAddRedundant(OpusPayloadType, 960, _former);
        _payload.CopyTo(_former, 0);
        return _red.AsSpan(0, writer.Complete(OpusPayloadType, _payload));
    }
}

/// <summary>What sends pictures.</summary>
internal interface ICamera
{
    IReadOnlyList<SourceLine> Lines { get; }

    Instant Next { get; }

    int KeyframesAsked { get; }

    void AskKeyframe(uint ssrc);

    void Run(Instant now);
}

/// <summary>A camera with a VP8 encoder: 30 frames a second, a keyframe first and whenever it is asked for.</summary>
internal sealed class Camera(int peer, SourceLine line) : ICamera
{
    private const int DescriptorLength = 6;
    private const int FrameTag = 10;
    private const int KeyframePackets = 8;
    private const int DeltaPackets = 3;

    private readonly byte[] _payload = new byte[420];
    private uint _frame;
    private int _picture = 0x7FF0 + (peer * 3);
    private byte _tl0 = 250;
    private bool _keyframeWanted = true;

    public IReadOnlyList<SourceLine> Lines { get; } = [line];

    public Instant Next { get; private set; }

    public int KeyframesAsked { get; private set; }

    public int Keyframes { get; private set; }

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
        Keyframes += key ? 1 : 0;
        var count = key ? KeyframePackets : DeltaPackets;
        for (var i = 0; i < count; i++)
        {
            WriteDescriptor(i == 0);
            WriteTag(key && i == 0);
            new PayloadMark(PayloadMark.Video(peer), _frame, (byte)i, (byte)count, key, at.Nanoseconds) { Back = key ? (byte)0 : (byte)1 }
                .Write(_payload.AsSpan(DescriptorLength + FrameTag));
            line.Send(at, i == count - 1, _payload, null);
        }

        _frame++;
        _picture++;
        _tl0++;
    }

    /// <summary>RFC 7741 §4.2 with a 15-bit picture id, TL0PICIDX and temporal layer 0.</summary>
    private void WriteDescriptor(bool first)
    {
        _payload[0] = (byte)(0x80 | (first ? 0x10 : 0));
        _payload[1] = 0xE0;
        _payload[2] = (byte)(0x80 | ((_picture >> 8) & 0x7F));
        _payload[3] = (byte)_picture;
        _payload[4] = _tl0;
        _payload[5] = 0;
    }

    /// <summary>RFC 7741 §4.3: frame tag, and for keyframes start code and 640 x 360.</summary>
    private void WriteTag(bool key)
    {
        ReadOnlySpan<byte> tag = key ? [0x10, 0x02, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] : [0x11, 0x02, 0, 0, 0, 0, 0, 0, 0, 0];
        tag.CopyTo(_payload.AsSpan(DescriptorLength));
    }
}
