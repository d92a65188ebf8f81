using System.Net;
using System.Net.Security;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>What the MSRP door needs to know from the operator.</summary>
public sealed record MsrpBridgeSettings
{
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>Ports; null is off, 0 lets the system choose.</summary>
    public int? Tcp { get; init; }
    public int? Tls { get; init; }

    /// <summary>In our addresses; empty: the address of this machine that the other end is reached from.</summary>
    public string PublicHost { get; init; } = "";

    /// <summary>For <see cref="Tls"/>; null when there is none.</summary>
    public Func<SslStreamCertificateContext?> Certificate { get; init; } = () => null;

    public TimeSpan ChunkTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Bytes of one file.</summary>
    public Func<long> MaxFile { get; init; } = () => MsrpLimits.MaxFile;

    /// <summary>Whether we may connect there of our own accord (attack TS-15).</summary>
    public Func<IPAddress, bool> MayReach { get; init; } = _ => false;

    /// <summary>Where a file of a room is fetched, given its room, id, reader and key; empty where the server does not know its own name.</summary>
    public Func<string, string, string, string, string> LinkOf { get; init; } = (_, _, _, _) => "";

    /// <summary>By which this server, or its cluster, knows what came through it before (rule LO-2); the same as that of SIP.</summary>
    public string OriginToken { get; init; } = Ids.Secret();

    /// <summary>Our relay (RFC 4976); null where clients connect to us themselves.</summary>
    public MsrpRelayAccount? Relay { get; init; }

    public int MaxConnections { get; init; } = 2_000;
}
