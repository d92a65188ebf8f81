using Microsoft.Extensions.Logging;

namespace Sylk.Conference.ChatBridge;

/// <summary>Event ids 6000–6999. No words anybody wrote, no names.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "MSRP listens on {Transport} {Address}")]
    public static partial void MsrpListens(ILogger log, string transport, string address);

    [LoggerMessage(6001, LogLevel.Warning, "MSRP cannot listen on {Transport} {Address}: {Problem}")]
    public static partial void MsrpCannotListen(ILogger log, string transport, string address, string problem);

    [LoggerMessage(6002, LogLevel.Error, "the messages of a call failed in room {Room}")]
    public static partial void MsrpLegFailed(ILogger log, Exception problem, string room);

    [LoggerMessage(6003, LogLevel.Information, "messages of {Participant} in room {Room} are bound")]
    public static partial void MsrpBound(ILogger log, string participant, string room);

    [LoggerMessage(6004, LogLevel.Information, "messages of {Participant} in room {Room} ended: {Cause}")]
    public static partial void MsrpEnded(ILogger log, string participant, string room, string cause);

    [LoggerMessage(6005, LogLevel.Debug, "an MSRP connection from {Remote} ended: {Problem}")]
    public static partial void MsrpConnectionEnded(ILogger log, string remote, string problem);

    [LoggerMessage(6006, LogLevel.Warning, "a message of {Participant} in room {Room} came round to us: not taken")]
    public static partial void MsrpCameRound(ILogger log, string participant, string room);

    [LoggerMessage(6007, LogLevel.Warning, "the MSRP relay {Host} cannot be reached: {Problem}")]
    public static partial void MsrpRelayUnreachable(ILogger log, string host, string problem);

    [LoggerMessage(6008, LogLevel.Warning, "the MSRP relay gives no address: {Status}")]
    public static partial void MsrpRelayRefused(ILogger log, int status);
}
