using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Cpim;

/// <summary>Writes messages. Values are wire text already: whoever puts words of people in goes through an address or <see cref="CpimText"/>.</summary>
internal static class CpimWriter
{
    private static readonly UTF8Encoding Utf8 = new(false, false);

    public static byte[] Write(CpimMessage message)
    {
        var text = new StringBuilder(256);
        Dictionary<string, string> prefixes = new(StringComparer.Ordinal) { [CpimHeader.Core] = "", [""] = "" };
        foreach (var header in message.Headers)
        {
            var prefix = PrefixOf(header.Space, prefixes, text);
            Line(text, $"{prefix}{header.Name}:{header.Parameters}", header.Value);
        }

        text.Append("\r\n");
        foreach (var (name, value) in message.ContentHeaders)
        {
            Line(text, name + ":", value);
        }

        text.Append("\r\n");
        return [.. Utf8.GetBytes(text.ToString()), .. message.Content.Span];
    }

    private static string PrefixOf(string space, Dictionary<string, string> prefixes, StringBuilder text)
    {
        if (!prefixes.TryGetValue(space, out var prefix))
        {
            var name = space switch
            {
                CpimHeader.Imdn => "imdn",
                CpimHeader.AgProjects => "agp",
                CpimHeader.Sylk => "syl",
                _ => string.Create(CultureInfo.InvariantCulture, $"n{prefixes.Count}"),
            };
            Line(text, CpimHeader.Namespace + ":", $"{name} <{space}>");
            prefix = prefixes[space] = name + ".";
        }

        return prefix;
    }

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(CpimText.Harmless(name)).Append(' ').Append(CpimText.Harmless(value)).Append("\r\n");
}
