using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Text for people, JSON for machines; requests are not logged one by one.</summary>
internal static class Logging
{
    public static void AddLogging(this WebApplicationBuilder builder, ObservabilityOptions options, bool development)
    {
        var logging = builder.Logging;
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Sylk", Enum.Parse<LogLevel>(options.LogLevel));
        // The silo speaks of its cluster and its timers; with one node nobody needs that below an error.
        logging.AddFilter("Orleans", LogLevel.Error);
        if (options.LogFormat == "json" && !development)
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        else
            logging.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat, text.UseUtcTimestamp) = (true, "HH:mm:ss.fff ", true));
    }
}
