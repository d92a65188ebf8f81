using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-10: RED blocks written again give the same octets; no Opus packet lasts more than 120 ms.</summary>
internal sealed class RedTarget
{
    private readonly byte[] _buffer = new byte[4096];

    public static FuzzTarget Target => new("Z-10", "RED and Opus TOC", Seeds(), () => new RedTarget().Check) { MaxLength = 1500 };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (OpusToc.TryRead(input, out var toc)
            && (toc.Samples is < 120 or > OpusToc.LongestPacket || toc.FrameCount is < 1 or > 48 || toc.Config > 31))
        {
            return FuzzVerdict.Violates("an Opus packet out of bounds");
        }

        var reader = new RedReader(input);
        if (!reader.IsValid)
        {
            return reader.TryRead(out _) ? FuzzVerdict.Violates("a block of an invalid payload") : FuzzVerdict.Refused;
        }

        var writer = new RedWriter(_buffer);
        var length = 0;
        var primaries = 0;
        while (reader.TryRead(out var block))
        {
            if (block.IsPrimary)
            {
                primaries++;
                length = writer.Complete(block.PayloadType, block.Data);
            }
            else if (!writer.TryAddRedundant(block.PayloadType, block.TimestampOffset, block.Data))
            {
                return FuzzVerdict.Violates("a block that was read cannot be written");
            }
        }

        return primaries == 1 && _buffer.AsSpan(0, length).SequenceEqual(input)
            ? FuzzVerdict.Accepted
            : FuzzVerdict.Violates("written again, it is different");
    }

    private static List<byte[]> Seeds()
    {
        var buffer = new byte[400];
        var one = new RedWriter(buffer);
        one.TryAddRedundant(111, 960, [0x78, 1, 2, 3]);
        var seeds = new List<byte[]> { buffer[..one.Complete(111, [0x78, 4, 5, 6, 7])] };
        var three = new RedWriter(buffer);
        three.TryAddRedundant(111, 16383, []);
        three.TryAddRedundant(111, 1920, new byte[80]);
        three.TryAddRedundant(0, 960, new byte[160]);
        seeds.Add(buffer[..three.Complete(111, [0xFB, 0x03, 1, 2])]);
        seeds.Add([111, 0x78, 1, 2, 3]);
        return seeds;
    }
}
