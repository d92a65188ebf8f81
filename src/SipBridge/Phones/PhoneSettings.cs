using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Whether sound without keys goes where it comes from instead of where the description says (TU-23).</summary>
public enum SymmetricRtp : byte
{
    /// <summary>When the source is the host that signals, or the one described.</summary>
    Auto,

    /// <summary>To any source: for phones whose signalling comes by a proxy of another host, on a network that is trusted.</summary>
    Always,

    /// <summary>Only to the description's address.</summary>
    Never,
}

/// <summary>How a node's phones are reached and treated (product section 15, <c>Sip:*</c>).</summary>
public sealed record PhoneSettings
{
    /// <summary>Where ports are opened; null is every address of the machine.</summary>
    public IPAddress? Bind { get; init; }

    /// <summary>What descriptions say; null where phones are not reached by IPv4.</summary>
    public IPAddress? AdvertisedIPv4 { get; init; }

    /// <summary>What descriptions say; null where phones are not reached by IPv6.</summary>
    public IPAddress? AdvertisedIPv6 { get; init; }

    /// <summary>Ports of <c>Sip:RtpPorts</c>, first and last included. A leg takes an even one and the one above.</summary>
    public int FirstPort { get; init; } = 20_000;

    /// <inheritdoc cref="FirstPort"/>
    public int LastPort { get; init; } = 20_999;

    /// <summary>Threads that serve legs; a room's legs share one. Two where there are two cores, else a quarter of the cores.</summary>
    public int Threads { get; init; } = UsualThreads;

    /// <summary>What <see cref="Threads"/> is where nobody says.</summary>
    public static int UsualThreads { get; } = Math.Max(Math.Min(2, Environment.ProcessorCount), Environment.ProcessorCount / 4);

    /// <summary>Phones of a room whose voices are tracks of their own for browsers; more of them share one.</summary>
    public int OwnTracks { get; init; } = 12;

    /// <summary>In order of preference.</summary>
    public ImmutableArray<LegCodec> Codecs { get; init; } = LegCodecs.All;

    /// <summary>Phones with a camera may use it.</summary>
    public bool Video { get; init; } = true;

    /// <summary>In order of preference.</summary>
    public ImmutableArray<LegVideoCodec> VideoCodecs { get; init; } = [LegVideoCodec.Vp8, LegVideoCodec.H264];

    public SymmetricRtp SymmetricRtp { get; init; }

    /// <summary>Addresses that may be sent to though they are special: loopback, private, link-local (TS-15).</summary>
    public Predicate<TransportAddress> AllowedNetworks { get; init; } = static _ => false;

    /// <summary>SDES keys although the signalling can be read by others.</summary>
    public bool AllowSdesOverPlain { get; init; }

    /// <summary>Comfort noise packets (RFC 3389) are offered.</summary>
    public bool ComfortNoise { get; init; }

    /// <summary>Tones are taken for keys on legs that agreed on no telephone events.</summary>
    public bool InbandKeys { get; init; }

    /// <summary>ICE is answered when it is offered, and is in our own offers.</summary>
    public bool Ice { get; init; } = true;

    /// <summary>It is answered as a full agent, which checks by itself: for servers behind a NAT.</summary>
    public bool IceFull { get; init; }

    /// <summary>Bits per second of Opus towards phones.</summary>
    public int OpusBitrate { get; init; } = 32_000;

    /// <summary>Recorded prompts, loaded; null: there are none.</summary>
    public PromptLibrary? Prompts { get; init; }

    /// <summary>The prompt that is the music on hold.</summary>
    public string Music { get; init; } = "music";

    public MixerSettings Mixer { get; init; } = new();
}
