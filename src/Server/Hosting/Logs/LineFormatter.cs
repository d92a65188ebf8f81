using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>
/// One event, one line of at most 8 KiB, as text for people or JSON for machines (product §18, reliability L23, TA-05). In
/// development an exception keeps its lines.
/// </summary>
internal sealed class LineFormatter(ObservabilityOptions options, bool development, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "sylk";

    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    private readonly LogRepetition _repetition = new();

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (now, message) = (time.GetUtcNow(), logEntry.Formatter(logEntry.State, logEntry.Exception));
        foreach (var summary in _repetition.Due(now))
            Write(new LogLine(now, logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, summary, [], null), textWriter);
        // The start ends with the same in words.
        if (logEntry.Category == HostCategory && logEntry.Exception is { } fault && StartFailure.Explain(fault) is not null)
            return;
        if (!_repetition.Allows(now, logEntry.EventId.Id, message))
            return;
        var fields = LogFields.Of(logEntry.State, Activity.Current?.TraceId);
        Write(new LogLine(now, logEntry.LogLevel, logEntry.Category, logEntry.EventId.Id, message, fields, logEntry.Exception), textWriter);
    }

    private void Write(LogLine line, TextWriter writer)
    {
        if (options.LogFormat == "json" && !development)
            line.WriteJson(writer);
        else
            line.WriteText(writer, development);
    }
}

/// <summary>The stable names of what a line is about; what has no stable name stands in the message only.</summary>
internal static class LogFields
{
    public static List<KeyValuePair<string, string>> Of<TState>(TState state, ActivityTraceId? trace)
    {
        var fields = new List<KeyValuePair<string, string>>(4);
        var traced = false;
        foreach (var (key, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            if (Name(key) is not { } name || Convert.ToString(value, CultureInfo.InvariantCulture) is not { Length: > 0 } text)
                continue;
            fields.Add(new(name, text));
            traced |= name == "trace_id";
        }
        if (!traced && trace is { } id)
            fields.Add(new("trace_id", id.ToHexString()));
        return fields;
    }

    private static string? Name(string placeholder) => placeholder switch
    {
        "Room" => "sylk.room",
        "Session" => "sylk.session",
        "Participant" => "sylk.participant",
        "Node" => "sylk.node",
        "Code" => "code",
        "Trace" => "trace_id",
        _ => null,
    };
}
