using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Rest;

internal sealed record StreamEvent(string Id, string Type, string Data)
{
    /// <summary>The data as JSON; null when it is none.</summary>
    public JsonNode? Parsed
    {
        get
        {
            try
            {
                return JsonNode.Parse(Data);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>Reads <c>text/event-stream</c> (HTML, section 9.2.6).</summary>
internal static class EventStream
{
    /// <summary>Longer events are not ours.</summary>
    private const int Longest = 1 << 20;

    public static async IAsyncEnumerable<StreamEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken stop)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (id, type, data) = ("", "", new StringBuilder());
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                    yield return new StreamEvent(id, type.Length > 0 ? type : "message", data.ToString(0, data.Length - 1));
                (type, data) = ("", data.Clear());
                continue;
            }
            var cut = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = cut < 0 ? (line, "") : (line[..cut], line[(cut + 1)..]);
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data" when data.Length + value.Length < Longest:
                    data.Append(value).Append('\n');
                    break;
            }
        }
    }
}
