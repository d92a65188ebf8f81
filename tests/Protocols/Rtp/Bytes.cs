namespace Sylk.Conference.Protocols.Tests.Rtp;

/// <summary>Hexadecimal samples; blanks and line ends are for the reader.</summary>
internal static class Bytes
{
    internal static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));

    /// <summary>Every prefix of a sample, then the sample with each single octet set to 0xFF and to 0.</summary>
    internal static IEnumerable<byte[]> Damaged(byte[] sample)
    {
        for (var length = 0; length <= sample.Length; length++) yield return sample[..length];
        for (var i = 0; i < sample.Length; i++)
        {
            foreach (var value in new byte[] { 0xFF, 0x00, 0x7F, 0x80 })
            {
                var copy = (byte[])sample.Clone();
                copy[i] = value;
                yield return copy;
            }
        }
    }
}
