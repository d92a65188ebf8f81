using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using static Sylk.Conference.Protocols.ConferenceInfo.ConferenceWords;

namespace Sylk.Conference.Protocols.ConferenceInfo;

/// <summary>What became of a document.</summary>
public enum ConferenceNews : byte
{
    /// <summary>The state is newer now.</summary>
    Applied,

    /// <summary>An older version: nothing changed.</summary>
    Old,

    /// <summary>Something is missing: subscribe again to get the whole state.</summary>
    Gap,

    /// <summary>No such document.</summary>
    Unreadable,
}

/// <summary>The subscriber's side: keeps a coherent state out of the documents of one subscription (RFC 4575 section 4.6).</summary>
public sealed class ConferenceReader
{
    private const int MostBytes = 1 << 20;
    private const int Deepest = 16;

    private XElement? _table;

    /// <summary>Of the last document applied; 0 before the first.</summary>
    public uint Version { get; private set; }

    /// <summary>False while only part of the users was ever told.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Null before the first document, and when the conference is over.</summary>
    public ConferenceState? State => _table is null ? null : ConferencePicture.Of(_table);

    /// <summary>Takes the body of a NOTIFY. A partial document may be the first of a subscription only when it is number 1.</summary>
    public ConferenceNews Take(ReadOnlyMemory<byte> document)
    {
        if (Load(document) is not { } news || !uint.TryParse(news.Attribute("version")?.Value, CultureInfo.InvariantCulture, out var version))
        {
            return ConferenceNews.Unreadable;
        }

        if (version <= Version)
        {
            return ConferenceNews.Old;
        }

        var kind = news.Attribute(ConferenceWords.State)?.Value ?? Whole;
        if (kind == Part && version != Version + 1)
        {
            return ConferenceNews.Gap;
        }

        Version = version;
        Apply(kind, news);
        return ConferenceNews.Applied;
    }

    private void Apply(string kind, XElement news)
    {
        if (kind != Part)
        {
            _table = kind == Deleted ? null : news;
            IsWhole = kind == Whole;
        }
        else if (_table is null)
        {
            _table = news;
        }
        else
        {
            Merge(_table, news);
        }
    }

    private static void Merge(XElement mine, XElement news)
    {
        foreach (var attribute in news.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name != ConferenceWords.State))
        {
            mine.SetAttributeValue(attribute.Name, attribute.Value);
        }

        foreach (var part in news.Elements())
        {
            var key = KeyOf(part);
            var old = mine.Elements(part.Name).FirstOrDefault(element => key is null || element.Attribute(key)?.Value == part.Attribute(key)?.Value);
            switch (part.Attribute(ConferenceWords.State)?.Value)
            {
                case Deleted:
                    old?.Remove();
                    break;
                case Part when old is not null:
                    Merge(old, part);
                    break;
                default:
                    old?.Remove();
                    mine.Add(new XElement(part));
                    break;
            }
        }
    }

    /// <summary>The attribute that tells brothers apart (section 4.5); null where there is one only.</summary>
    private static string? KeyOf(XElement element) => element.Name.LocalName switch
    {
        "user" or "endpoint" or "entry" => "entity",
        "media" => "id",
        _ => null,
    };

    /// <summary>No DTD, no entities, nothing from outside, bounded in size and depth.</summary>
    private static XElement? Load(ReadOnlyMemory<byte> document)
    {
        if (document.Length > MostBytes)
        {
            return null;
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostBytes };
        var bytes = document.ToArray();
        try
        {
            using (var depths = XmlReader.Create(new MemoryStream(bytes), settings))
            {
                while (depths.Read())
                {
                    if (depths.Depth > Deepest)
                    {
                        return null;
                    }
                }
            }

            using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
            var root = XElement.Load(reader);
            return root.Name == Main + "conference-info" ? root : null;
        }
        catch (Exception problem) when (problem is XmlException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return null; // the last three are about encodings and names of namespaces
        }
    }
}
