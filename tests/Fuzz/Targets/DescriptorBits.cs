namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Writes bit fields for seeds, most significant bit first.</summary>
internal sealed class DescriptorBits
{
    private readonly List<bool> _bits = [];

    public DescriptorBits Write(uint value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            _bits.Add((value >> bit & 1) != 0);
        }

        return this;
    }

    /// <summary>The non-symmetric code ns(n) of the AV1 specification, section 4.10.7.</summary>
    public DescriptorBits WriteBelow(uint value, uint bound)
    {
        var width = 32 - System.Numerics.BitOperations.LeadingZeroCount(bound);
        var shortCodes = (1u << width) - bound;
        return value < shortCodes ? Write(value, width - 1) : Write(value + shortCodes, width);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[(_bits.Count + 7) / 8];
        for (var i = 0; i < _bits.Count; i++)
        {
            bytes[i / 8] |= (byte)(_bits[i] ? 0x80 >> i % 8 : 0);
        }

        return bytes;
    }
}
