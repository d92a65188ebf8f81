using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Options;

internal sealed class MediaOptions
{
    /// <summary>UDP port of shard 0; shard i uses the i-th port after it. 0 lets the system choose.</summary>
    [Within(0, 65_535)]
    public int UdpPort { get; set; } = 10_000;

    /// <summary>ICE-TCP port of shard 0; 0 switches it off.</summary>
    [Within(0, 65_535)]
    public int TcpPort { get; set; } = 10_000;

    /// <summary>Addresses to name in candidates; empty means those of this machine.</summary>
    public string[] AnnouncedAddresses { get; set; } = [];
    public string[] StunServers { get; set; } = [];

    /// <summary>0 means one per core, at most 16.</summary>
    [Within(0, 16)]
    public int Shards { get; set; }

    /// <summary>Connections of one room on one shard; the next ones go to another shard of the same server.</summary>
    [Within(1, 10_000)]
    public int RoomSeatsPerShard { get; set; } = MediaEngineOptions.DefaultRoomSeatsPerShard;

    /// <summary>Bits per second one publisher may send.</summary>
    [Live]
    [Within(30_000, 100_000_000)]
    public int MaxBitrateBps { get; set; } = 2_500_000;

    /// <summary>In order of preference.</summary>
    [OneOf("VP8", "VP9", "H264", "AV1")]
    public string[] VideoCodecs { get; set; } = ["VP8", "H264"];
}
