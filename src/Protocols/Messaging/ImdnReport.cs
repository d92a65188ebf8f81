using System.Xml.Linq;
using Sylk.Conference.Protocols.Cpim;

namespace Sylk.Conference.Protocols.Messaging;

/// <summary>What is told of a message (RFC 5438 section 11.1.7).</summary>
public enum ImdnStatus : byte { Delivered, Failed, Displayed, Processed, Stored, Forbidden, Error }

/// <summary>Which of the three notifications it is.</summary>
public enum ImdnKind : byte { Delivery, Processing, Display }

/// <summary>A message/imdn+xml document.</summary>
/// <param name="MessageId">Of the message that it is about.</param>
/// <param name="SentAt">When that message was sent, as its sender wrote it.</param>
/// <param name="Recipient">A URI; empty when nobody said.</param>
public sealed record ImdnReport(string MessageId, string SentAt, ImdnKind Kind, ImdnStatus Status, string Recipient = "", string OriginalRecipient = "")
{
    public const string MediaType = "message/imdn+xml";

    private const int MostBytes = 16 * 1024;
    private static readonly XNamespace Space = "urn:ietf:params:xml:ns:imdn";
    private static readonly string[] Kinds = ["delivery-notification", "processing-notification", "display-notification"];
    private static readonly string[] Statuses = ["delivered", "failed", "displayed", "processed", "stored", "forbidden", "error"];

    /// <summary>A status that does not belong to its kind makes it no report.</summary>
    private bool IsSound => (Kind, Status) is (_, ImdnStatus.Forbidden or ImdnStatus.Error) or (ImdnKind.Display, ImdnStatus.Displayed)
        or (ImdnKind.Delivery, ImdnStatus.Delivered or ImdnStatus.Failed) or (ImdnKind.Processing, ImdnStatus.Processed or ImdnStatus.Stored);

    public static ImdnReport? Read(ReadOnlyMemory<byte> document)
    {
        var root = Markup.Read(document, MostBytes);
        var space = Space.NamespaceName;
        if (root is null || root.Name != "imdn" || root.Space != space
            || root.TextOf(space, "message-id") is not { Length: > 0 and <= ImdnRequest.LongestId } id)
        {
            return null;
        }

        var note = root.Children.FirstOrDefault(child => child.Space == space && Kinds.Contains(child.Name));
        var status = note?.First(space, "status")?.Children.FirstOrDefault(child => child.Space == space && Statuses.Contains(child.Name));
        if (note is null || status is null)
        {
            return null;
        }

        var report = new ImdnReport(
            id, root.TextOf(space, "datetime") ?? "", (ImdnKind)Array.IndexOf(Kinds, note.Name), (ImdnStatus)Array.IndexOf(Statuses, status.Name),
            root.TextOf(space, "recipient-uri") ?? "", root.TextOf(space, "original-recipient-uri") ?? "");
        return report.IsSound ? report : null;
    }

    public byte[] Write() => Markup.Print(new XElement(
        Space + "imdn", Text("message-id", MessageId), Text("datetime", SentAt),
        Recipient.Length > 0 ? Text("recipient-uri", Recipient) : null,
        OriginalRecipient.Length > 0 ? Text("original-recipient-uri", OriginalRecipient) : null,
        new XElement(Space + Kinds[(int)Kind], new XElement(Space + "status", new XElement(Space + Statuses[(int)Status])))));

    /// <summary>
    /// The CPIM message that carries it back (section 7.2.1.1): from the one who was written to, to the one who wrote, along the recorded
    /// routes. It asks for no notification itself.
    /// </summary>
    public CpimMessage Wrap(CpimAddress from, CpimAddress to, string ownId, DateTimeOffset now, IReadOnlyList<CpimAddress> routes)
    {
        var message = new CpimMessage
        {
            ContentHeaders = [new("Content-Type", MediaType), new("Content-Disposition", "notification")],
            Content = Write(),
        };
        message = message.With(CpimHeader.Core, CpimHeader.From, from.ToString()).With(CpimHeader.Core, CpimHeader.To, to.ToString())
            .With(CpimHeader.Core, CpimHeader.DateTime, CpimMessage.TimeText(now)).With(CpimHeader.Imdn, "Message-ID", ownId);
        return routes.Aggregate(message, (sofar, hop) => sofar.With(CpimHeader.Imdn, "IMDN-Route", hop.ToString()));
    }

    private static XElement Text(string name, string text) => new(Space + name, MarkupText.Clean(text));
}
