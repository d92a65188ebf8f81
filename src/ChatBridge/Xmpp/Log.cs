using Microsoft.Extensions.Logging;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Event ids 5700–5749. No addresses of people, names, words or keys.</summary>
internal static partial class Log
{
    [LoggerMessage(5700, LogLevel.Information, "XMPP: {Domain} is up at {Host}:{Port}")]
    public static partial void LinkUp(ILogger log, string domain, string host, int port);

    [LoggerMessage(5701, LogLevel.Warning, "XMPP: {Domain} is down: {Reason}; tried again in {Seconds} s")]
    public static partial void LinkDown(ILogger log, string domain, string reason, double seconds);

    [LoggerMessage(5702, LogLevel.Error, "XMPP: room {Room} failed at {What}")]
    public static partial void RoomFailed(ILogger log, Exception problem, string room, string what);

    [LoggerMessage(5703, LogLevel.Warning, "XMPP: {Count} stanzas for the server that is away were given up")]
    public static partial void QueueOverflowed(ILogger log, int count);

    [LoggerMessage(5704, LogLevel.Information, "XMPP: {Domain} is served by another node")]
    public static partial void LeaseElsewhere(ILogger log, string domain);

    [LoggerMessage(5705, LogLevel.Information, "XMPP: participant {Participant} entered room {Room}")]
    public static partial void Entered(ILogger log, string participant, string room);

    [LoggerMessage(5706, LogLevel.Information, "XMPP: somebody was refused by room {Room}: {Code}")]
    public static partial void Refused(ILogger log, string room, string code);

    [LoggerMessage(5707, LogLevel.Error, "XMPP: the link failed")]
    public static partial void LinkFailed(ILogger log, Exception problem);

    [LoggerMessage(5708, LogLevel.Error, "XMPP: a message between addresses failed")]
    public static partial void MessageFailed(ILogger log, Exception problem);
}
