using Microsoft.Extensions.Logging;

namespace Sylk.Conference.SipBridge;

/// <summary>Event ids 5000–5999. No names, digits or keys.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "SIP listens on {Transport} {Address}")]
    public static partial void SipListens(ILogger log, string transport, string address);

    [LoggerMessage(5001, LogLevel.Error, "a turn of the SIP loop failed at {What}")]
    public static partial void SipTurnFailed(ILogger log, Exception problem, string what);

    [LoggerMessage(5002, LogLevel.Error, "a call failed in room {Room}")]
    public static partial void CallFailed(ILogger log, Exception problem, string room);

    [LoggerMessage(5003, LogLevel.Information, "call {Call} from {Source} entered room {Room} as {Participant}")]
    public static partial void CallEntered(ILogger log, string call, string source, string room, string participant);

    [LoggerMessage(5004, LogLevel.Information, "call {Call} from {Source} was refused by room {Room}: {Code}")]
    public static partial void CallRefused(ILogger log, string call, string source, string room, string code);

    [LoggerMessage(5005, LogLevel.Information, "call {Call} of participant {Participant} ended: {Reason}")]
    public static partial void CallEnded(ILogger log, string call, string participant, string reason);

    [LoggerMessage(5006, LogLevel.Warning, "nothing is sent to {Address} by {Transport}: the address is not allowed (Sip:AllowedNetworks)")]
    public static partial void TargetRefused(ILogger log, string address, string transport);

    [LoggerMessage(5008, LogLevel.Information, "trunk {Trunk} is {State}")]
    public static partial void TrunkChanged(ILogger log, string trunk, string state);

    [LoggerMessage(5009, LogLevel.Information, "registration at trunk {Trunk}: {State}, status {Status}")]
    public static partial void TrunkRegistration(ILogger log, string trunk, string state, int status);

    [LoggerMessage(5010, LogLevel.Information, "room {Room} calls somebody for {Participant}")]
    public static partial void CallPlaced(ILogger log, string room, string participant);

    [LoggerMessage(5007, LogLevel.Warning, "SIP cannot listen on {Transport} {Address}: {Problem}")]
    public static partial void SipCannotListen(ILogger log, string transport, string address, string problem);

    [LoggerMessage(5011, LogLevel.Information, "a phone registered over {Transport}; its account has {Bindings} now")]
    public static partial void PhoneRegistered(ILogger log, int bindings, string transport);

    /// <summary>The wording is a contract with fail2ban.</summary>
    [LoggerMessage(9001, LogLevel.Warning, "auth failed addr={Address} kind={Kind}")]
    public static partial void AuthFailed(ILogger log, string address, string kind);

    [LoggerMessage(5050, LogLevel.Error, "watching room {Room} failed; its subscribers are asked to subscribe again")]
    public static partial void WatchFailed(ILogger log, Exception problem, string room);
}
