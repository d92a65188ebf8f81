using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A camera as our own page publishes it: three encodings of 150, 450 and 1,500 kbit/s, each VP8 with three temporal layers
/// (7.5, 15, 30 frames a second; 40, 60 and 100 % of the rate), a keyframe first and whenever one is asked for.
/// </summary>
internal sealed class LayeredCamera(int peer, SourceLine[] lines) : ICamera
{
    public static readonly string[] Rids = ["l", "m", "h"];

    private const int DescriptorLength = 6;
    private const int FrameTag = 10;
    private const int LargestPayload = 1_100;
    private const double KeyframeFactor = 3;

    /// <summary>Temporal layer and how many frames back the reference lies, over the pattern's four frames.</summary>
    private static readonly (byte Temporal, byte Back)[] Pattern = [(0, 4), (2, 1), (1, 2), (2, 1)];
    private static readonly double[] Share = [0.4, 0.2, 0.4];
    private static readonly double[] FramesPerSecond = [7.5, 7.5, 15];
    private static readonly double[] Rates = [150_000, 450_000, 1_500_000];

    private readonly byte[] _payload = new byte[LargestPayload];
    private readonly Encoding[] _encodings = [new(), new(), new()];
    private uint _frame;

    public IReadOnlyList<SourceLine> Lines => lines;

    public Instant Next { get; private set; }

    public int KeyframesAsked { get; private set; }

    /// <summary>Only these encodings are made from now on; one that begins anew begins with a keyframe.</summary>
    public void Encode(IReadOnlyCollection<string> rids)
    {
        for (var i = 0; i < Rids.Length; i++)
        {
            var makes = rids.Contains(Rids[i]);
            _encodings[i].KeyframeWanted |= makes && !_encodings[i].IsOn;
            _encodings[i].IsOn = makes;
        }
    }

    public void AskKeyframe(uint ssrc)
    {
        KeyframesAsked++;
        var index = Array.FindIndex(lines, line => line.Ssrc == ssrc);
        if (index >= 0)
            _encodings[index].KeyframeWanted = true;
    }

    public void Run(Instant now)
    {
        if (Next == default)
            Next = now;
        while (Next <= now)
        {
            for (var i = 0; i < lines.Length; i++)
                if (_encodings[i].IsOn)
                    SendFrame(Next, i, _encodings[i]);
            _frame++;
            Next = new Instant(Next.Nanoseconds + 33_333_333);
        }
    }

    private void SendFrame(Instant at, int layer, Encoding encoding)
    {
        var key = encoding.KeyframeWanted;
        if (key)
            (encoding.KeyframeWanted, encoding.Place) = (false, 0);
        var (temporal, back) = Pattern[encoding.Place % Pattern.Length];
        encoding.Tl0 += (byte)(temporal == 0 ? 1 : 0);
        var bytes = (int)(Rates[layer] * Share[temporal] / FramesPerSecond[temporal] / 8 * (key ? KeyframeFactor : 1));
        var count = Math.Max(1, (bytes + LargestPayload - 1) / LargestPayload);
        var length = Math.Max(DescriptorLength + FrameTag + PayloadMark.Octets, bytes / count);
        for (var i = 0; i < count; i++)
        {
            WriteDescriptor(encoding, i == 0, temporal);
            ReadOnlySpan<byte> tag = key && i == 0 ? [0x10, 0x02, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] : [0x11, 0x02, 0, 0, 0, 0, 0, 0, 0, 0];
            tag.CopyTo(_payload.AsSpan(DescriptorLength));
            new PayloadMark(PayloadMark.Video(peer), _frame, (byte)i, (byte)count, key, at.Nanoseconds)
            {
                Layer = (byte)layer,
                Back = key ? (byte)0 : back,
            }.Write(_payload.AsSpan(DescriptorLength + FrameTag));
            lines[layer].Send(at, i == count - 1, _payload.AsSpan(0, length), null);
        }

        encoding.Place++;
        encoding.Picture++;
    }

    /// <summary>RFC 7741 §4.2 with a 15-bit picture id, TL0PICIDX, and the temporal layer; layer 2 is never referred to (N, Y).</summary>
    private void WriteDescriptor(Encoding encoding, bool first, byte temporal)
    {
        _payload[0] = (byte)(0x80 | (temporal == 2 ? 0x20 : 0) | (first ? 0x10 : 0));
        _payload[1] = 0xE0;
        _payload[2] = (byte)(0x80 | ((encoding.Picture >> 8) & 0x7F));
        _payload[3] = (byte)encoding.Picture;
        _payload[4] = encoding.Tl0;
        _payload[5] = (byte)(temporal << 6 | (temporal > 0 ? 0x20 : 0));
    }

    private sealed class Encoding
    {
        public bool IsOn = true;
        public bool KeyframeWanted = true;
        public int Place;
        public int Picture = 100;
        public byte Tl0;
    }
}
