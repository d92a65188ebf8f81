using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Output;

/// <param name="Path">Members joined by dots, or a name alone.</param>
internal sealed record Column(string Title, string Path);

/// <summary>Everything that is printed: tables for people, JSON for programs, names alone for shells.</summary>
internal sealed class Printer(TextWriter output, TextWriter error, bool json, bool quiet, bool colours)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => json;

    public void List(JsonArray items, IReadOnlyList<Column> columns)
    {
        if (json)
            Json(items);
        else if (quiet)
            Lines(items.Select(item => Cell(item, columns[0].Path)));
        else
            new Table([.. columns.Select(column => column.Title)], [.. items.Select(item => columns.Select(column => Cell(item, column.Path)).ToArray())]).Write(output, colours);
    }

    public void Object(JsonNode answer)
    {
        if (json)
            Json(answer);
        else if (quiet)
            Lines([Cell(answer, "token") is { Length: > 0 } token ? token : Cell(answer, "name") is { Length: > 0 } name ? name : Cell(answer, "id")]);
        else
            Lines(Flat("", answer));
    }

    public void Done(string text)
    {
        if (!json && !quiet)
            output.WriteLine(text);
    }

    public void Json(JsonNode node) => output.WriteLine(node.ToJsonString(Indented));

    /// <summary>One line, whatever the form: for streams.</summary>
    public void Line(string text) => output.WriteLine(Safe(text));

    public void Refused(RefusedException problem)
    {
        if (json && problem.Problem is { } body)
        {
            error.WriteLine(body.ToJsonString(Indented));
            return;
        }
        var code = (string?)problem.Problem?["code"] ?? problem.Status.ToString(CultureInfo.InvariantCulture);
        error.WriteLine(Safe($"{(string?)problem.Problem?["title"] ?? problem.Message} ({code})"));
        if ((string?)problem.Problem?["detail"] is { Length: > 0 } detail)
            error.WriteLine(Safe(detail));
        foreach (var (field, texts) in problem.Problem?["errors"] as JsonObject ?? [])
            error.WriteLine(Safe($"  {field}: {string.Join("; ", (texts as JsonArray ?? []).Select(text => $"{text}"))}"));
        if ((string?)problem.Problem?["traceId"] is { Length: > 0 } trace)
            error.WriteLine(Safe($"trace {trace}"));
    }

    /// <summary>What other people wrote must not speak to the terminal.</summary>
    public static string Safe(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
            safe.Append(char.IsControl(c) ? '\ufffd' : c);
        return safe.ToString();
    }

    private void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            output.WriteLine(line);
    }

    private static IEnumerable<string> Flat(string path, JsonNode? node) => node is JsonObject members
        ? members.SelectMany(member => Flat(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value))
        : [$"{path}: {Text(node)}"];

    private static string Cell(JsonNode? item, string path)
    {
        foreach (var name in path.Split('.'))
            item = (item as JsonObject)?[name];
        return Text(item);
    }

    private static string Text(JsonNode? node) => Safe(node switch
    {
        null => "",
        JsonArray items when items.All(item => item is JsonValue) => string.Join(", ", items.Select(Text)),
        JsonArray items => $"{items.Count}",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    });
}
