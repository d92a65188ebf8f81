using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using static Sylk.Conference.Protocols.Presence.PresenceWords;

namespace Sylk.Conference.Protocols.Presence;

/// <summary>Writes documents. An activity we have no word for is <c>unknown</c>, for its name would become one of the document's.</summary>
internal static class PresenceWriter
{
    /// <summary>RFC 4480 section 3.2.</summary>
    private static readonly HashSet<string> Words =
    [
        "appointment", "away", "breakfast", "busy", "dinner", "holiday", "in-transit", "looking-for-work", "lunch", "meal", "meeting", "on-the-phone",
        "performance", "permanent-absence", "playing", "presentation", "shopping", "sleeping", "spectator", "steering", "travel", "tv", "unknown",
        "vacation", "working", "worship",
    ];

    public static byte[] Write(PresenceDocument document)
    {
        var root = new XElement(Main + "presence", new XAttribute("entity", MarkupText.Clean(document.Entity)));
        if (!document.Activities.IsEmpty || document.Tuples.Any(tuple => !tuple.Activities.IsEmpty))
        {
            root.Add(new XAttribute(XNamespace.Xmlns + "dm", Data.NamespaceName), new XAttribute(XNamespace.Xmlns + "rpid", Rich.NamespaceName));
        }

        root.Add(document.Tuples.Select(TupleOf));

        // Notes of the whole stand before elements of other namespaces (RFC 3863 section 4.1.1).
        root.Add(document.Notes.Select(NoteOf));
        if (!document.Activities.IsEmpty)
        {
            root.Add(new XElement(Data + "person", new XAttribute("id", "p1"), ActivitiesOf(document.Activities)));
        }

        return Markup.Print(root);
    }

    private static XElement TupleOf(PresenceTuple tuple) => new(
        Main + "tuple", new XAttribute("id", MarkupText.Clean(tuple.Id)),
        new XElement(Main + "status", tuple.IsOpen is { } open ? new XElement(Main + "basic", open ? "open" : "closed") : null),
        tuple.Activities.IsEmpty ? null : ActivitiesOf(tuple.Activities),
        tuple.Contact.Length == 0 ? null : new XElement(
            Main + "contact", tuple.Priority is { } priority ? new XAttribute("priority", priority.ToString("0.###", CultureInfo.InvariantCulture)) : null,
            MarkupText.Clean(tuple.Contact)),
        tuple.Notes.Select(NoteOf),
        tuple.At is { } at ? new XElement(Main + "timestamp", MarkupText.Of(at)) : null);

    private static XElement NoteOf(PresenceNote note) => new(
        Main + "note", note.Language is { Length: > 0 } language ? new XAttribute(XNamespace.Xml + "lang", MarkupText.Clean(language)) : null,
        MarkupText.Clean(note.Text));

    private static XElement ActivitiesOf(ImmutableArray<string> activities) =>
        new(Rich + "activities", activities.Select(word => new XElement(Rich + (Words.Contains(word) ? word : "unknown"))).DistinctBy(word => word.Name));
}
