using Microsoft.Extensions.Logging.Console;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Where log lines go and how severe they must be; requests are not logged one by one.</summary>
internal static class Logging
{
    public static void AddLogging(this WebApplicationBuilder builder, ObservabilityOptions options, bool development)
    {
        var (logging, ours) = (builder.Logging, new LeastLevel(options));
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((category, level) => level >= ours.Of(category ?? ""));
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(options, development, TimeProvider.System));
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
    }

    /// <summary>Our own level may change while we run.</summary>
    private sealed class LeastLevel(ObservabilityOptions options)
    {
        private volatile Known _known = new("", LogLevel.None);

        public LogLevel Of(string category)
        {
            if (category.StartsWith("Sylk", StringComparison.Ordinal))
                return Ours();
            // The silo speaks of its cluster and its timers; nobody needs that below an error.
            return category.StartsWith("Orleans", StringComparison.Ordinal) ? LogLevel.Error : LogLevel.Warning;
        }

        private LogLevel Ours()
        {
            var (known, word) = (_known, options.LogLevel);
            if (ReferenceEquals(known.Word, word))
                return known.Level;
            var level = Enum.Parse<LogLevel>(word);
            _known = new Known(word, level);
            return level;
        }

        private sealed record Known(string Word, LogLevel Level);
    }
}
