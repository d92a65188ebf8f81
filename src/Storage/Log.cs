using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Storage;

/// <summary>Event ids 2900–2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2900, LogLevel.Error, "the database does not answer; rooms go on without it")]
    public static partial void StoreAway(this ILogger log, Exception problem);

    [LoggerMessage(2901, LogLevel.Information, "the database answers again")]
    public static partial void StoreBack(this ILogger log);

    [LoggerMessage(2902, LogLevel.Error, "a commit of room {Room} cannot be written")]
    public static partial void CommitFailed(this ILogger log, string room, Exception problem);

    [LoggerMessage(2903, LogLevel.Error, "the row of room {Room} is damaged or from a later version; the room is refused and the row kept")]
    public static partial void RowUnreadable(this ILogger log, string room);

    [LoggerMessage(2904, LogLevel.Warning, "the database is not ready yet, trying again: {Problem}")]
    public static partial void StartDelayed(this ILogger log, string problem);

    [LoggerMessage(2905, LogLevel.Warning, "old rows stay another minute: {Problem}")]
    public static partial void PruningFailed(this ILogger log, string problem);
}
