using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Who may come in by telephone (product §15 <c>Sip:Inbound</c>).</summary>
public enum SipInbound : byte { Off, RoomsOnly, Accounts, Any }

/// <summary>What the SIP door needs to know from the operator.</summary>
public sealed record SipBridgeSettings
{
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>Ports; null is off, 0 lets the system choose.</summary>
    public int? Udp { get; init; } = 5060;
    public int? Tcp { get; init; } = 5060;
    public int? Tls { get; init; }

    /// <summary>In Via and Contact; empty: the address of this machine that the other end is reached from.</summary>
    public string PublicHost { get; init; } = "";

    /// <summary>For <see cref="Tls"/>; null when there is none.</summary>
    public Func<SslStreamCertificateContext?> Certificate { get; init; } = () => null;

    /// <summary>Hosts whose users are rooms; this server's own addresses always count.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];
    /// <summary>Numbers of ours at which callers say by digits which room they want; with a plus or without. Only from named peers.</summary>
    public ImmutableArray<string> AccessNumbers { get; init; } = [];
    public SipInbound Inbound { get; init; } = SipInbound.RoomsOnly;
    public LegEncryption Encryption { get; init; } = LegEncryption.Allow;

    public AllowedNetworks Networks { get; init; } = new([]);

    /// <summary>Peers by address that may assert identities and need no password.</summary>
    public ImmutableArray<IPNetwork> TrustedPeers { get; init; } = [];

    /// <summary>Whether this is one of them.</summary>
    public bool Trusts(SipFlow flow)
    {
        var address = flow.Remote.ToIPAddress();
        return TrustedPeers.Any(network => network.Contains(address)) || Dial.AllTrunks.Any(trunk => trunk.Peers.Any(network => network.Contains(address)));
    }

    public TimeSpan AnswerDelay { get; init; }

    /// <summary>Of prompts, where a room names none.</summary>
    public string Language { get; init; } = "en";

    public KeypadProfile Keypad { get; init; } = KeypadProfile.Default;

    /// <summary>At most so many callers in all; further ones get 503.</summary>
    public int MaxCalls { get; init; } = 2_000;

    /// <summary>Between two notices of a room's changes to one subscriber.</summary>
    public TimeSpan NotifyEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A room's page for browsers; empty where it is not known.</summary>
    public Func<string, string> PageOf { get; init; } = _ => "";

    public SipCallSettings Calls { get; init; } = new();

    /// <summary>Users may publish and watch presence.</summary>
    public bool Presence { get; init; }

    public AccountSettings Accounts { get; init; } = new();

    public DialSettings Dial { get; init; } = new();
}
