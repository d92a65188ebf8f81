using System.Text;
using Sylk.Conference.Protocols.ConferenceInfo;

namespace Sylk.Conference.Protocols.Tests.ConferenceInfo;

/// <summary>A subscriber's coherent state (RFC 4575 section 4.6, rule SIP-CONF-7).</summary>
public class ConferenceReaderTests
{
    [Fact(DisplayName = "Whatever happens in a conference, who applies its documents in order sees what it is")]
    public void Follows()
    {
        var random = new Random(7);
        var (state, reader) = (ConferenceDocumentTests.Crowd(3), new ConferenceReader());
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Full(state, 1)));
        uint version = 1;
        var partial = 0;
        for (var step = 0; step < 2_000; step++)
        {
            var next = Change(state, random);
            if (ConferenceWriter.Partial(state, next, version + 1) is { } document)
            {
                version++;
                partial += Encoding.UTF8.GetString(document).Contains("state=\"partial\" version", StringComparison.Ordinal) ? 1 : 0;
                Assert.Equal(ConferenceNews.Applied, reader.Take(document));
            }

            state = next;
            Assert.Equal(Text(state), Text(reader.State!));
        }

        Assert.True(partial > 500, $"only {partial} partial documents");
    }

    [Fact(DisplayName = "An old version is ignored, a gap asks for the whole state, a full document mends it")]
    public void Versions()
    {
        var (one, two, three) = (ConferenceDocumentTests.Crowd(10), ConferenceDocumentTests.Crowd(11), ConferenceDocumentTests.Crowd(12));
        var reader = new ConferenceReader();
        Assert.Equal(ConferenceNews.Gap, reader.Take(ConferenceWriter.Partial(one, two, 2)!));
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Full(one, 1)));
        Assert.True(reader.IsWhole);
        Assert.Equal(ConferenceNews.Old, reader.Take(ConferenceWriter.Full(three, 1)));
        Assert.Equal(ConferenceNews.Gap, reader.Take(ConferenceWriter.Partial(two, three, 3)!));
        Assert.Equal((1u, 10), (reader.Version, reader.State!.Users.Length));
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Full(three, 9)));
        Assert.Equal((9u, 12), (reader.Version, reader.State!.Users.Length));
    }

    [Fact(DisplayName = "A capped first document is taken, and known not to be all")]
    public void Capped()
    {
        var (before, reader) = (ConferenceDocumentTests.Crowd(100), new ConferenceReader());
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Capped(before, 1, new HashSet<string> { "sip:u5@x" })));
        Assert.False(reader.IsWhole);
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Partial(before, ConferenceDocumentTests.Crowd(101), 2)!));
        Assert.Equal(["sip:u5@x", "sip:u100@x"], reader.State!.Users.Select(user => user.Entity));
        Assert.Equal(101, reader.State.UserCount);
    }

    [Theory(DisplayName = "What is no such document is unreadable and changes nothing")]
    [InlineData("")]
    [InlineData("no xml")]
    [InlineData("<conference-info version='2'/>")]
    [InlineData("<conference-info xmlns='urn:ietf:params:xml:ns:conference-info' version='-1'/>")]
    [InlineData("<conference-info xmlns='urn:ietf:params:xml:ns:conference-info' version='2'>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><conference-info xmlns='urn:ietf:params:xml:ns:conference-info' version='2'>&e;</conference-info>")]
    [InlineData("deep")]
    public void Unreadable(string text)
    {
        var reader = new ConferenceReader();
        reader.Take(ConferenceWriter.Full(ConferenceDocumentTests.Crowd(1), 1));
        var deep = "<conference-info xmlns='urn:ietf:params:xml:ns:conference-info' version='2'>" + string.Concat(Enumerable.Repeat("<a>", 10_000));
        Assert.Equal(ConferenceNews.Unreadable, reader.Take(Encoding.UTF8.GetBytes(text == "deep" ? deep : text)));
        Assert.Equal((1u, 1), (reader.Version, reader.State!.Users.Length));
    }

    [Fact(DisplayName = "Documents with bytes changed, lost and doubled throw nothing, and what is read of them can be written")]
    public void Mutated()
    {
        var random = new Random(11);
        var (before, after) = (ConferenceDocumentTests.Crowd(5), ConferenceDocumentTests.Crowd(3) with { DisplayText = "T", IsLocked = true });
        byte[][] seeds = [ConferenceWriter.Full(before, 1), ConferenceWriter.Partial(ConferenceDocumentTests.Crowd(20), ConferenceDocumentTests.Crowd(19), 2)!, ConferenceWriter.Full(after, 3)];
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var reader = new ConferenceReader();
            foreach (var seed in seeds)
            {
                var bytes = seed.ToList();
                for (var change = random.Next(4); change > 0; change--)
                {
                    var at = random.Next(bytes.Count - 8);
                    switch (random.Next(3))
                    {
                        case 0:
                            bytes[at] = (byte)random.Next(256);
                            break;
                        case 1:
                            bytes.RemoveRange(at, random.Next(8));
                            break;
                        default:
                            bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 8), 8));
                            break;
                    }
                }

                read += reader.Take(bytes.ToArray()) == ConferenceNews.Applied ? 1 : 0;
            }

            if (reader.State is { } state)
            {
                ConferenceWriter.Full(state, 1);
            }
        }

        Assert.InRange(read, 10_000, 59_000);
    }

    private static ConferenceState Change(ConferenceState state, Random random)
    {
        var at = random.Next(Math.Max(1, state.Users.Length));
        var users = random.Next(5) switch
        {
            0 when state.Users.Length > 1 => state.Users.RemoveAt(at),
            1 => state.Users.SetItem(at, state.Users[at] with { DisplayText = $"N{random.Next(9)}", Roles = ["participant"] }),
            2 => state.Users.SetItem(at, state.Users[at] with { Endpoints = [.. state.Users[at].Endpoints.Take(1), new($"sip:e{random.Next(9)}")] }),
            3 => state.Users.SetItem(at, state.Users[at] with { Endpoints = [.. state.Users[at].Endpoints.Take(1).Select(end => end with { Media = [new("a", "audio", (ConferenceFlow)random.Next(4))] })] }),
            _ => state.Users.Add(new($"sip:n{random.Next()}@x") { Endpoints = [new("sip:e")] }),
        };
        return state with { Users = users, UserCount = users.Length, IsLocked = random.Next(4) == 0, DisplayText = random.Next(9) == 0 ? $"T{random.Next(3)}" : state.DisplayText };
    }

    private static string Text(ConferenceState state)
    {
        var sorted = state with
        {
            Users = [.. state.Users.OrderBy(user => user.Entity, StringComparer.Ordinal).Select(user => user with { Endpoints = [.. user.Endpoints.OrderBy(end => end.Entity, StringComparer.Ordinal)] })],
        };
        return Encoding.UTF8.GetString(ConferenceWriter.Full(sorted, 1));
    }
}
