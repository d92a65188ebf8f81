using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>Media log lines: event ids 3000–3999 (product §18).</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Media shard {Shard} listens on UDP {UdpPort} and TCP {TcpPort}")]
    public static partial void ShardListening(ILogger logger, int shard, int udpPort, int tcpPort);

    [LoggerMessage(3002, LogLevel.Error, "A datagram could not be handled on media shard {Shard}")]
    public static partial void DatagramFailed(ILogger logger, Exception fault, int shard);

    [LoggerMessage(3003, LogLevel.Critical, "Media shard {Shard} failed")]
    public static partial void ShardFailed(ILogger logger, Exception fault, int shard);

    [LoggerMessage(3006, LogLevel.Error, "Something from another shard could not be handled on media shard {Shard}")]
    public static partial void RecordFailed(ILogger logger, Exception fault, int shard);

    [LoggerMessage(3007, LogLevel.Error, "A packet of a voice of this process could not be handled on media shard {Shard}")]
    public static partial void VoiceFailed(ILogger logger, Exception fault, int shard);

    [LoggerMessage(3005, LogLevel.Information, "Room {Room} grows over to media shard {Shard}")]
    public static partial void RoomGrows(ILogger logger, string room, int shard);

    [LoggerMessage(3004, LogLevel.Error, "An order could not be carried out on media shard {Shard}")]
    public static partial void OrderFailed(ILogger logger, Exception fault, int shard);
}
