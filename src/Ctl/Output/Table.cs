namespace Sylk.Conference.Ctl.Output;

/// <summary>Columns as wide as their longest cell, two blanks between them; the last one is not filled up.</summary>
internal sealed class Table(string[] titles, IReadOnlyList<string[]> rows)
{
    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Red = "\u001b[31m";
    private const string Bold = "\u001b[1m";
    private const string Plain = "\u001b[0m";

    public void Write(TextWriter output, bool colours)
    {
        var widths = titles.Select((title, i) => rows.Select(row => row[i].Length).Append(title.Length).Max()).ToArray();
        output.WriteLine(Line(titles, _ => colours ? Bold : ""));
        foreach (var row in rows)
            output.WriteLine(Line(row, cell => colours ? Colour(cell) : ""));

        string Line(string[] cells, Func<string, string> colour) => string.Join("  ", cells.Select((cell, i) =>
        {
            var (paint, text) = (colour(cell), i == cells.Length - 1 ? cell : cell.PadRight(widths[i]));
            return paint.Length == 0 ? text : paint + text + Plain;
        }));
    }

    private static string Colour(string cell) => cell switch
    {
        "ok" or "live" or "active" or "ready" or "delivered" or "succeeded" => Green,
        "degraded" or "warning" or "draining" or "waiting" or "reconnecting" or "pending" => Yellow,
        "failed" or "unready" or "error" => Red,
        _ => "",
    };
}
