using Microsoft.Extensions.Logging;

namespace Sylk.Conference.SipBridge.Phones;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Phones of room {Room}: a tick failed")]
    public static partial void RoomFailed(ILogger log, Exception error, string room);

    [LoggerMessage(2, LogLevel.Error, "Phones: an order failed")]
    public static partial void OrderFailed(ILogger log, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "Phones: leg {Leg} in room {Room}: {Count} packets from strangers were dropped")]
    public static partial void Strangers(ILogger log, string room, string leg, long count);

    [LoggerMessage(4, LogLevel.Warning, "Phones: OpenSSL 3 is missing, so legs have no DTLS")]
    public static partial void NoDtls(ILogger log);
}
