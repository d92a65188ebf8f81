using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

/// <summary>Ready-made ends of a negotiation.</summary>
internal static class Given
{
    public static readonly LocalTransport Local = new()
    {
        IceUfrag = "lufr",
        IcePwd = "lllllllllllllllllllllllllllllll",
        Fingerprint = Fingerprint.FromHash("sha-256", new byte[32]),
        Candidates =
        [
            "1 1 udp 2130706431 192.0.2.7 10000 typ host",
            "2 1 tcp 1671430143 192.0.2.7 10000 typ host tcptype passive",
        ],
        EndOfCandidates = true,
        IceLite = true,
        SessionId = 77,
        Version = 3,
    };

    public static SessionDescription Parsed(string text)
    {
        Assert.True(SdpParser.TryParse(text, out var description, out var error), error.ToString());
        return description;
    }

    /// <summary>Takes everything the section offers and would send both ways.</summary>
    public static SectionAnswer Everything(MediaDescription media) => new()
    {
        Direction = MediaDirection.SendRecv,
        Codecs = CodecReader.Read(media),
        Extensions = media.Extensions,
        ReceiveRids = [.. media.Rids.Select(rid => rid.Id)],
        Msid = new Msid("slots", "slot-" + media.Mid),
        Sources = [new AnnouncedSource(1000, 1001, "us")],
    };

    public static SessionDescription Answered(SessionDescription offer, Func<MediaDescription, SectionAnswer>? decide = null)
    {
        var refusal = AnswerBuilder.TryBuild(offer, Local, [.. offer.Media.Select(decide ?? Everything)], out var answer);
        Assert.Equal(AnswerRefusal.None, refusal);
        return answer!;
    }

    /// <summary>The lines of a text with CRLF, and without the blank ones.</summary>
    public static string Wire(string text) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r') + "\r\n"));
}
