using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Presence;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-17: message/cpim and the XML documents of messages and presence.</summary>
internal static class MessagingTargets
{
    private const string Cpim =
        "From: \"MR \\\"S\\\"\" <im:piglet@100akerwood.com>\r\nTo: Donkey <im:eeyore@100akerwood.com>\r\nDateTime: 2000-12-13T13:40:00.5-08:00\r\n"
        + "Subject:;lang=fr beau \\u00e9\r\nNS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\nMyFeatures.WackyMessageOption: Use-silly-font\r\n"
        + "NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk\r\nimdn.Disposition-Notification: positive-delivery, display\r\n"
        + "imdn.IMDN-Record-Route: <im:hop@x>\r\nRequire: To,imdn.Message-ID\r\n\r\nContent-type: text/plain; charset=utf-8\r\nContent-ID: <1@foo>\r\n\r\nHi\r\n";

    public static FuzzTarget Cpims => new("Z-17", "CPIM", [Encoding.UTF8.GetBytes(Cpim), "From:<a:b>\nNS: <x:y>\nA: b\n\n\n"u8.ToArray()], () => CheckCpim)
    {
        Shape = SeedShape.Lines,
    };

    public static FuzzTarget Documents => new("Z-17", "is-composing, IMDN, PIDF", Seeds, () => CheckDocument)
    {
        Shape = SeedShape.Lines,

        // Each document is read three times, by a reader with buffers of its own.
        FreeAllocation = 256 * 1024,
    };

    private static byte[][] Seeds =>
    [
        new Composing(true, 60, DateTimeOffset.UnixEpoch, "text/plain").Write(),
        new ImdnReport("34jk", "2008-04-04T12:16:49-05:00", ImdnKind.Delivery, ImdnStatus.Delivered, "im:bob@example.com", "im:bob@example.com").Write(),
        new PresenceDocument("sip:alice@example.com")
        {
            Tuples = [new PresenceTuple("t1", true) { Contact = "sip:a@b", Priority = 0.5m, Notes = [new("hi", "en")], At = DateTimeOffset.UnixEpoch, Activities = ["away"] }],
            Activities = ["on-the-phone"],
            Notes = [new PresenceNote("In a call", "en")],
        }.Write(),
    ];

    /// <summary>Written again it says the same, and nothing more.</summary>
    private static FuzzVerdict CheckCpim(ReadOnlySpan<byte> input)
    {
        if (!CpimMessage.TryRead(input.ToArray(), out var message, out var fault))
        {
            return fault == CpimFault.None ? FuzzVerdict.Violates("refused without a reason") : FuzzVerdict.Refused;
        }

        _ = (message.From, message.To.Count(), message.SentAt, ImdnRequest.Of(message), message.Headers.Sum(header => header.Text.Length + (header.Language?.Length ?? 0)));
        if (message.From is { } from && !(CpimAddress.TryParse(from.ToString(), out var same) && same == from))
        {
            return FuzzVerdict.Violates("an address written again is another");
        }

        // What came in with names nobody declared cannot be said again in the same way, nor can bytes that only fit the bounds unfolded.
        if (message.Headers.Any(header => header.Space.Length == 0))
        {
            return FuzzVerdict.Accepted;
        }

        return CpimMessage.TryRead(message.Write(), out var again, out _)
            && again.Headers.SequenceEqual(message.Headers) && again.ContentHeaders.SequenceEqual(message.ContentHeaders)
            && again.Content.Span.SequenceEqual(message.Content.Span)
                ? FuzzVerdict.Accepted : FuzzVerdict.Violates("a message written again is another");
    }

    private static FuzzVerdict CheckDocument(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Markup.Read(bytes, 64 * 1024) is null)
        {
            return FuzzVerdict.Refused;
        }

        if (Composing.Read(bytes) is { } composing)
        {
            return Composing.Read(composing.Write()) == composing with { LastActive = WholeSeconds(composing.LastActive) }
                ? FuzzVerdict.Accepted : FuzzVerdict.Violates("a state written again is another");
        }

        if (ImdnReport.Read(bytes) is { } report)
        {
            return ImdnReport.Read(report.Write()) == report ? FuzzVerdict.Accepted : FuzzVerdict.Violates("a report written again is another");
        }

        if (PresenceDocument.Read(bytes) is not { } document)
        {
            return FuzzVerdict.Refused;
        }

        var text = document.Write();
        return PresenceDocument.Read(text) is { } again && again.Write().AsSpan().SequenceEqual(text)
            ? FuzzVerdict.Accepted : FuzzVerdict.Violates("a presence written again is another");
    }

    private static DateTimeOffset? WholeSeconds(DateTimeOffset? at) => at?.AddTicks(-(at.Value.UtcTicks % TimeSpan.TicksPerSecond)).ToUniversalTime();
}
