using System.Buffers.Binary;
using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.Protocols.Tests.Sctp;

public class SctpLossTests
{
    private const int Messages = 40;

    [Fact(DisplayName = "200 seeds, loss 0-20 %, reordering and duplication: reliable ordered messages arrive once each, in order")]
    public void ReliableIsExactlyOnceInOrder()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var link = Impaired(seed);
            var sizes = new Random(seed);
            var sent = Enumerable.Range(0, Messages).Select(i => Numbered(i, 4 + sizes.Next(sizes.Next(10) == 0 ? 20_000 : 900))).ToList();
            var next = 0;
            var done = link.RunUntil(
                () =>
                {
                    while (next < Messages && link.A.Send(link.Now, 2, 53, sent[next], SctpReliability.Reliable) == SctpSendOutcome.Queued)
                    {
                        next++;
                    }

                    return link.ReceivedByB.Count >= Messages && link.A.Buffered == 0;
                },
                600_000);

            Assert.True(done, $"seed {seed}: {link.ReceivedByB.Count} of {Messages}, {link.A.State} {link.A.End} {link.B.End}");
            link.Run(3_000);
            Assert.Equal(Messages, link.ReceivedByB.Count);
            Assert.True(link.ReceivedByB.Select(message => message.Payload).Zip(sent).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), $"seed {seed}");
        }
    }

    [Fact(DisplayName = "200 seeds: lossy messages never block, none comes twice, and a reliable one behind them arrives")]
    public void LossyNeverBlocks()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var link = Impaired(seed);
            for (var i = 0; i < Messages; i++)
            {
                Assert.Equal(SctpSendOutcome.Queued, link.A.Send(link.Now, 0, 53, Numbered(i, i % 8 == 0 ? 3_000 : 200), SctpReliability.Lossy));
                link.Run(20);
            }

            link.A.Send(link.Now, 0, 53, Numbered(Messages, 50), SctpReliability.Reliable);
            Assert.True(link.RunUntil(() => link.ReceivedByB.Exists(message => NumberOf(message) == Messages) && link.A.Buffered == 0, 60_000), $"seed {seed}");
            var numbers = link.ReceivedByB.ConvertAll(NumberOf);
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            Assert.True(seed % 21 != 0 || numbers.Count == Messages + 1, $"seed {seed}: lost without loss");
            Assert.True(numbers.Count > Messages / 3, $"seed {seed}: only {numbers.Count}");
        }
    }

    private static SctpLink Impaired(int seed)
    {
        var link = SctpLink.Open(seed);
        link.Loss = seed % 21 / 100.0;
        link.JitterMs = seed % 21 == 0 ? 0 : seed % 40;
        link.Duplication = seed % 3 * 0.05;
        return link;
    }

    private static byte[] Numbered(int number, int length)
    {
        var bytes = SctpAssociationTests.Pattern(length, number);
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static int NumberOf(SctpMessage message) => BinaryPrimitives.ReadInt32BigEndian(message.Payload);
}
