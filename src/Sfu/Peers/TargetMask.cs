using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The decode targets a receiver still gets, to be written into a packet's dependency descriptor (AV1 RTP specification, annex
/// A.8.2), and where: 11 bits of position, 4 for the targets' count, 16 for the mask. Zero writes nothing.
/// </summary>
internal readonly record struct TargetMask(uint Bits)
{
    /// <summary>Structures with more decode targets than these are forwarded with the mask they came with.</summary>
    public const int MostTargets = 16;

    private const int PositionBits = 11;
    private const int CountBits = 4;

    public bool IsSet => Bits != 0;

    public int Position => (int)(Bits & (1u << PositionBits) - 1);

    public int Count => (int)(Bits >> PositionBits & (1u << CountBits) - 1) + 1;

    public uint Targets => Bits >> (PositionBits + CountBits);

    /// <param name="frame">Of the packet.</param>
    /// <param name="targets">One bit for each decode target, the first lowest.</param>
    public static TargetMask Of(in FrameDependencies frame, uint targets) => frame.DecodeTargetCount > MostTargets
        ? default
        : new((uint)frame.MaskPosition | (uint)(frame.DecodeTargetCount - 1) << PositionBits | targets << (PositionBits + CountBits));

    /// <summary>Octets of the descriptor with the mask in it.</summary>
    public int LengthOf(ReadOnlySpan<byte> descriptor) =>
        IsSet ? DependencyDescriptor.LengthWithActiveTargets(descriptor, Count) : descriptor.Length;

    /// <param name="descriptor">As it came.</param>
    /// <param name="place">As long as <see cref="LengthOf"/> says.</param>
    public void Write(ReadOnlySpan<byte> descriptor, Span<byte> place)
    {
        if (IsSet)
            DependencyDescriptor.WriteActiveTargets(descriptor, Position, Count, Targets, place);
        else
            descriptor.CopyTo(place);
    }
}
