using System.Net;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Starts the media engine with the configured ports and addresses.</summary>
internal static class MediaStart
{
    private const int MostShards = 16;

    public static IMediaEngine Start(SylkOptions options, IMediaListener listener, ILoggerFactory loggers) => MediaEngine.Start(
        new MediaEngineOptions
        {
            UdpPort = options.Media.UdpPort,
            TcpPort = options.Media.TcpPort,
            Shards = options.Media.Shards > 0 ? options.Media.Shards : Math.Min(MostShards, Environment.ProcessorCount),
            RoomSeatsPerShard = options.Media.RoomSeatsPerShard,
            AnnouncedAddresses = Addresses(options),
        },
        listener,
        loggers);

    /// <summary>
    /// A server whose pages are on loopback only also announces loopback, for browsers that use it; the machine's own
    /// addresses are announced beside it because others (Firefox) never do.
    /// </summary>
    private static IReadOnlyList<IPAddress> Addresses(SylkOptions options) => options.Media.AnnouncedAddresses.Length > 0
        ? [.. options.Media.AnnouncedAddresses.Select(IPAddress.Parse)]
        : MediaEngineOptions.DetectAddresses(OptionRules.IsLoopbackOnly(options.Http));
}
