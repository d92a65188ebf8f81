using System.Net;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu;

/// <summary>How one node's media engine listens and announces itself.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>UDP port of shard 0; shard <c>i</c> uses the next <c>i</c>-th. 0 lets the system choose (tests).</summary>
    public int UdpPort { get; init; } = 10000;

    /// <summary>ICE-TCP port of shard 0, next ones likewise; 0 switches ICE-TCP off.</summary>
    public int TcpPort { get; init; } = 10000;

    /// <summary>Media threads, 1–64.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Peers of one room on one shard, 1–10,000; the next ones get seats on another shard, while there is one.</summary>
    public int RoomSeatsPerShard { get; init; } = DefaultRoomSeatsPerShard;

    public const int DefaultRoomSeatsPerShard = 250;

    /// <summary>Binds one address instead of every one of the machine.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>Addresses that go into candidates, best first.</summary>
    public IReadOnlyList<IPAddress> AnnouncedAddresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>The machine's own addresses, loopback first where it is wanted or nothing else is there.</summary>
    public static IReadOnlyList<IPAddress> DetectAddresses(bool withLoopback)
    {
        var found = LocalAddresses.Enumerate();
        var outside = found.Where(address => !address.IsLoopback).Select(address => address.Address).ToList();
        return withLoopback || outside.Count == 0 ? [IPAddress.Loopback, IPAddress.IPv6Loopback, .. outside] : outside;
    }

    /// <summary>Longest time a packet may wait for others to the same receiver, in microseconds, 0–5,000 (sfu B.5 point 2).</summary>
    public int CoalesceMicroseconds { get; init; } = 3600;

    /// <summary>Linux UDP_SEGMENT on send.</summary>
    public bool GenericSegmentation { get; init; } = true;

    /// <summary>Linux UDP_GRO on receive.</summary>
    public bool GenericReceive { get; init; } = true;
}
