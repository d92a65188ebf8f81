using System.Collections.Immutable;
using System.Globalization;

namespace Sylk.Conference.Protocols.Presence;

/// <summary>Reads what is there; what is missing or strange has its default. More tuples, notes or activities than bounds allow are left out.</summary>
internal static class PresenceReader
{
    private const int MostBytes = 64 * 1024;
    private const int MostTuples = 32;
    private const int MostWords = 16;

    private static readonly string Main = PresenceWords.Main.NamespaceName;
    private static readonly string Data = PresenceWords.Data.NamespaceName;
    private static readonly string Rich = PresenceWords.Rich.NamespaceName;

    public static PresenceDocument? Read(ReadOnlyMemory<byte> document)
    {
        var root = Markup.Read(document, MostBytes);
        if (root is null || root.Name != "presence" || root.Space != Main || root.Attribute("", "entity") is not { Length: > 0 } entity)
        {
            return null;
        }

        var person = root.First(Data, "person");
        return new PresenceDocument(entity.Trim())
        {
            Tuples = [.. root.All(Main, "tuple").Take(MostTuples).Select(TupleOf)],
            Activities = ActivitiesOf(person),
            Notes = [.. NotesOf(person, Data), .. NotesOf(root, Main)],
        };
    }

    private static PresenceTuple TupleOf(Markup tuple)
    {
        var contact = tuple.First(Main, "contact");
        var basic = tuple.First(Main, "status")?.TextOf(Main, "basic");
        return new PresenceTuple(tuple.Attribute("", "id") ?? "", basic switch { "open" => true, "closed" => false, _ => null })
        {
            Contact = contact?.Text ?? "",
            Priority = PriorityOf(contact?.Attribute("", "priority")),
            Notes = NotesOf(tuple, Main),
            At = MarkupText.TimeOf(tuple.TextOf(Main, "timestamp")),
            Activities = [.. ActivitiesOf(tuple), .. ActivitiesOf(tuple.First(Main, "status"))],
        };
    }

    /// <summary>0 to 1 with at most three digits behind the point (section 4.1.3); all else is none.</summary>
    private static decimal? PriorityOf(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1
            ? decimal.Round(value, 3) : null;

    private static ImmutableArray<PresenceNote> NotesOf(Markup? parent, string space) =>
        parent is null ? [] : [.. parent.All(space, "note").Take(MostWords).Where(note => note.Text.Length > 0).Select(note => new PresenceNote(note.Text, note.Language))];

    private static ImmutableArray<string> ActivitiesOf(Markup? parent) =>
        parent?.First(Rich, "activities") is { } activities
            ? [.. activities.Children.Where(word => word.Space == Rich && word.Name != "note").Take(MostWords).Select(word => word.Name)] : [];
}
