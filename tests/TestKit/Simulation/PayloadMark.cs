using System.Buffers.Binary;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>Stands in every simulated payload: who made it, when, and which part of which frame it is.</summary>
public readonly record struct PayloadMark(uint Sender, uint Frame, byte Index, byte Count, bool IsKeyframe, long CapturedAt)
{
    public const int Octets = 22;
    private const uint VideoFlag = 0x5600_0000;
    private const uint AudioFlag = 0xA100_0000;

    /// <summary>Which of a camera's encodings it is.</summary>
    public byte Layer { get; init; }

    /// <summary>How many frames back lies the one that this one builds on; 0 for a keyframe.</summary>
    public byte Back { get; init; }

    public static uint Audio(int peer) => AudioFlag | (uint)peer;

    public static uint Video(int peer) => VideoFlag | (uint)peer;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Sender);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Frame);
        destination[8] = Index;
        destination[9] = Count;
        destination[10] = IsKeyframe ? (byte)1 : (byte)0;
        destination[11] = 0x5A;
        BinaryPrimitives.WriteInt64BigEndian(destination[12..], CapturedAt);
        destination[20] = Layer;
        destination[21] = Back;
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out PayloadMark mark)
    {
        mark = default;
        if (source.Length < Octets || source[11] != 0x5A)
            return false;
        mark = new PayloadMark(
            BinaryPrimitives.ReadUInt32BigEndian(source),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            source[8],
            source[9],
            source[10] == 1,
            BinaryPrimitives.ReadInt64BigEndian(source[12..]))
        {
            Layer = source[20],
            Back = source[21],
        };
        return true;
    }
}
