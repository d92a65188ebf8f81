using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Rooms;

/// <summary>Event ids 2000–2999. No display names, chat text or keys.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "session {Session} opened in room {Room} on node {Node}")]
    public static partial void SessionOpened(this ILogger log, string room, string session, string node);

    [LoggerMessage(2001, LogLevel.Information, "session {Session} of room {Room} ended: {Reason}")]
    public static partial void SessionEnded(this ILogger log, string room, string session, string reason);

    [LoggerMessage(2002, LogLevel.Debug, "room {Room} refused {Command}: {Code}")]
    public static partial void Refused(this ILogger log, string room, string command, string code);

    [LoggerMessage(2003, LogLevel.Warning, "media order for room {Room} failed: {Code} {Detail}")]
    public static partial void MediaOrderFailed(this ILogger log, string room, string code, string detail);

    [LoggerMessage(2004, LogLevel.Error, "room {Room} did not take a media report")]
    public static partial void ReportFailed(this ILogger log, string room, Exception problem);

    [LoggerMessage(2007, LogLevel.Warning, "room {Room}: the octets of file {File} could not be deleted")]
    public static partial void FileNotDeleted(this ILogger log, string room, string file, Exception problem);

    [LoggerMessage(2008, LogLevel.Error, "room {Room} is refused: what is stored of it is damaged or from a later version, and is kept for repair")]
    public static partial void RoomUnreadable(this ILogger log, string room);

    [LoggerMessage(2009, LogLevel.Error, "room {Room} is written by somebody else; this node lets go of it")]
    public static partial void RoomLost(this ILogger log, string room);

    [LoggerMessage(2010, LogLevel.Information, "session {Session} of room {Room} goes on after a restart; {Seats} seats are kept for those who come back")]
    public static partial void SessionRestored(this ILogger log, string room, string session, int seats);

    [LoggerMessage(2011, LogLevel.Warning, "room {Room} does not wake up: {Problem}")]
    public static partial void RoomNotAwake(this ILogger log, string room, string problem);

    [LoggerMessage(2005, LogLevel.Error, "media facts dropped because rooms are too slow: {Count} so far")]
    public static partial void FactsDropped(this ILogger log, long count);

    [LoggerMessage(2020, LogLevel.Warning, "node {Node} is lost: {Why}; silent for {Silence} ms")]
    public static partial void NodeLost(this ILogger log, string node, string why, double silence);

    [LoggerMessage(2021, LogLevel.Information, "node {Node} was silent for a moment")]
    public static partial void NodeSlow(this ILogger log, string node);

    [LoggerMessage(2022, LogLevel.Warning, "the cluster could not be told that {Silo} is dead")]
    public static partial void DeclarationFailed(this ILogger log, string silo, Exception problem);

    [LoggerMessage(2023, LogLevel.Warning, "rooms could not be told that node {Node} is lost")]
    public static partial void ReattendFailed(this ILogger log, string node, Exception problem);

    [LoggerMessage(2024, LogLevel.Information, "room {Room} does not say whether its media belongs here: {Problem}")]
    public static partial void HomeUnclear(this ILogger log, string room, string problem);

    [LoggerMessage(2025, LogLevel.Information, "media of room {Room} moves from {From} to {To}: {Reason}")]
    public static partial void MediaMoves(this ILogger log, string room, string from, string to, string reason);
}
