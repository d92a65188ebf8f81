using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sylk.Conference.Server.Hosting;

/// <summary>One event on its way to paper. Whatever a stranger put into it cannot end the line, colour it or turn it around.</summary>
internal sealed record LogLine(
    DateTimeOffset At, LogLevel Level, string Category, int EventId, string Message, IReadOnlyList<KeyValuePair<string, string>> Fields, Exception? Problem)
{
    /// <summary>L23, in octets, the end of the line included.</summary>
    private const int Longest = 8192;

    /// <summary>Escaped text is at most six times as long; what must fit besides it is small.</summary>
    private const int LongestMessage = 4000;

    private static readonly string[] Levels = ["trace", "debug", "info", "warning", "error", "critical", "none"];

    private string Time => At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string LevelName => Levels[(int)Level];

    public void WriteText(TextWriter writer, bool keepLines)
    {
        var line = new StringBuilder(256);
        line.Append(Time).Append(' ').Append(LevelName).Append(' ').Append(EventId.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(Category).Append(": ");
        Escape(line, Message, LongestMessage);
        foreach (var (name, value) in Fields)
            Escape(line.Append(' ').Append(name).Append('='), value, 256);
        if (Problem is not null && keepLines)
            line.AppendLine().Append(Problem);
        else if (Problem is not null)
            Escape(line.Append(" exception="), Problem.ToString(), LongestMessage);
        if (!keepLines)
            Cut(line);
        writer.Write(line.Append('\n'));
    }

    public void WriteJson(TextWriter writer)
    {
        // The default encoder escapes control characters, bidi controls and everything beyond ASCII.
        var problem = Problem?.ToString();
        var (message, exception) = (Message, problem);
        for (var most = LongestMessage; ; most /= 2)
        {
            (message, exception) = (Shortened(Message, most), problem is null ? null : Shortened(problem, most));
            var text = Json(message, exception);
            if (text.Length < Longest || most < 64)
            {
                writer.Write(text + "\n");
                return;
            }
        }
    }

    private string Json(string message, string? exception)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("time", Time);
            json.WriteString("level", LevelName);
            json.WriteNumber("event_id", EventId);
            json.WriteString("category", Category);
            json.WriteString("message", message);
            foreach (var (name, value) in Fields)
                json.WriteString(name, Shortened(value, 256));
            if (exception is not null)
                json.WriteString("exception", exception);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string Shortened(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");

    private static void Escape(StringBuilder line, string text, int most)
    {
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, most)))
        {
            if (c == '\n')
                line.Append("\\n");
            else if (IsDangerous(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        if (text.Length > most)
            line.Append('…');
    }

    /// <summary>Controls, what separates lines, and what changes the direction of text.</summary>
    private static bool IsDangerous(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static void Cut(StringBuilder line)
    {
        while (Encoding.UTF8.GetByteCount(line.ToString()) >= Longest)
            line.Length -= Math.Max(1, line.Length / 16);
    }
}
