using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What one sound section of theirs says, offer or answer.</summary>
internal sealed record LegRemote(SessionDescription Session, MediaDescription Media)
{
    private const int IPv4Header = 20, UdpAndRtpHeader = 20;

    public required TransportAddress Rtp { get; init; }

    public required TransportAddress Rtcp { get; init; }

    public required IReadOnlyList<CodecOffer> Codecs { get; init; }

    /// <summary>The address of nowhere: hold as it was before directions (RFC 3264 section 8.4).</summary>
    public bool IsNowhere => Ice is null && (Rtp with { Port = 0 } is { High: 0, Low: 0 } || (Rtp.IsIPv4 && Rtp.IPv4 == 0));

    public bool IsIPv6 => !Rtp.IsIPv4;

    public bool IsSavp => Media.Protocol is "RTP/SAVP" or "RTP/SAVPF";

    public bool IsAvp => Media.Protocol is "RTP/AVP" or "RTP/AVPF";

    public bool IsDtlsSavp => Media.Protocol is "UDP/TLS/RTP/SAVP" or "UDP/TLS/RTP/SAVPF";

    public bool IsKnownProtocol => IsAvp || IsSavp || IsDtlsSavp;

    public ImmutableArray<Fingerprint> Fingerprints { get; } = [.. Session.FingerprintsOf(Media).Where(print => print.IsStrong)];

    public string? TlsId => Media.Attributes.First("tls-id") ?? Session.Attributes.First("tls-id");

    public MediaDirection Direction => Session.DirectionOf(Media);

    public bool IsHeld => IsNowhere || Direction is MediaDirection.SendOnly or MediaDirection.Inactive;

    /// <summary>Null when a piece is missing, or they found that ours did not fit (RFC 8839 section 5.3).</summary>
    public LegIce? Ice => HasIceMismatch ? null : IceSaid;

    /// <summary>
    /// Their description names another address than all of their candidates do, as when something on the way rewrote it (RFC 8839
    /// section 4.2.5). Nowhere at port 9 is meant so (RFC 8840 section 4.1.1), and names are not compared.
    /// </summary>
    public bool HasIceMismatch => IceSaid is { Candidates.IsEmpty: false } said && Rtp.Port is not (0 or 9)
        && !said.Candidates.Any(text => IceCandidate.TryParse(text, out var one) && (!one!.TryGetAddress(out var address) || address == Rtp));

    private LegIce? IceSaid { get; } = ReadIce(Session, Media);

    public int PacketMs => NearestPacket(Media.PacketTime, Media.MaxPacketTime);

    public bool RtcpOff => Bandwidth("RR") == 0 && Bandwidth("RS") == 0;

    /// <summary>Reads the section's address and codecs.</summary>
    public static LegRefusal? TryRead(SessionDescription session, MediaDescription media, out LegRemote? remote)
    {
        remote = null;
        if ((media.Connection ?? session.Connection) is not { } connection)
        {
            return LegRefusal.Invalid("no address");
        }

        if (connection.NetworkType != "IN" || !TryAddress(connection, out var address))
        {
            return LegRefusal.Incompatible("not an address we read", LegRefusal.AddressFormat);
        }

        var rtp = TransportAddress.From(address, media.Port);
        remote = new LegRemote(session, media) { Rtp = rtp, Rtcp = ReadRtcp(media, rtp), Codecs = CodecReader.Read(media) };
        return null;
    }

    /// <summary>The lines that can be followed, best suite first, of equal ones in the order they stand.</summary>
    public IEnumerable<CryptoLine> CryptoLines() =>
        Media.Attributes.Read<CryptoLine>().OrderBy(line => CryptoLine.Suites.IndexOf(line.Suite));

    /// <summary>Bits per second left for payload (RFC 3890, RFC 8866 section 5.8); null when nothing is said.</summary>
    public int? MaxBitrateBps() => MaxBitrateBps((IPv4Header + UdpAndRtpHeader) * 8L * 1000 / PacketMs);

    /// <summary>The same where packets are as large as the way allows: headers are a few hundredths.</summary>
    public int? MaxVideoBitrateBps() => MaxBitrateBps(0);

    private int? MaxBitrateBps(long headers)
    {
        if (Bandwidth("TIAS") is { } exact)
        {
            return (int)Math.Min(exact, int.MaxValue);
        }

        var whole = Bandwidth("AS") ?? Bandwidth("CT");
        return whole is { } kilobits ? (int)Math.Clamp((long)Math.Min(kilobits, 1_000_000) * 1000 - headers, 0, int.MaxValue) : null;
    }

    /// <summary>Packets of 10, 20, 30, 40 or 60 ms, the nearest to what is asked for and not above the maximum.</summary>
    internal static int NearestPacket(int? wanted, int? maximum)
    {
        ReadOnlySpan<int> allowed = [10, 20, 30, 40, 60];
        var best = allowed[0];
        var wish = wanted ?? 20;
        foreach (var size in allowed)
        {
            if (size <= (maximum ?? 60) && Math.Abs((long)size - wish) < Math.Abs((long)best - wish))
            {
                best = size;
            }
        }

        return best;
    }

    private ulong? Bandwidth(string type)
    {
        foreach (var line in Media.Bandwidths.Concat(Session.Bandwidths))
        {
            if (line.Type == type)
            {
                return line.Value;
            }
        }

        return null;
    }

    private static bool TryAddress(SdpConnection connection, out IPAddress address)
    {
        // Short forms such as "1" would read as an address too.
        var looksRight = connection.AddressType switch
        {
            "IP4" => connection.Address.Count(c => c == '.') == 3,
            "IP6" => connection.Address.Contains(':', StringComparison.Ordinal),
            _ => false,
        };
        address = IPAddress.None;
        return looksRight && IPAddress.TryParse(connection.Address, out address!)
            && address.AddressFamily == (connection.AddressType == "IP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
    }

    /// <summary>With mux the same port, by <c>a=rtcp</c> (RFC 3605) or one above.</summary>
    private static TransportAddress ReadRtcp(MediaDescription media, TransportAddress rtp)
    {
        if (media.RtcpMux)
        {
            return rtp;
        }

        ReadOnlySpan<char> said = media.Attributes.First("rtcp");
        if (!SdpText.TryNextToken(ref said, out var number) || !SdpText.TryNumber(number, ushort.MaxValue, out var port))
        {
            return rtp with { Port = rtp.Port is 0 or ushort.MaxValue ? (ushort)0 : (ushort)(rtp.Port + 1) };
        }

        return SdpValues.TryConnection(said, out var connection) && TryAddress(connection, out var address)
            ? TransportAddress.From(address, port)
            : rtp with { Port = (ushort)port };
    }

    private static LegIce? ReadIce(SessionDescription session, MediaDescription media)
    {
        var ufrag = session.IceUfragOf(media);
        var pwd = session.IcePwdOf(media);
        var isWhole = ufrag is { Length: >= 4 and <= 256 } && pwd is { Length: >= 22 and <= 256 };
        return isWhole && !media.Attributes.Has("ice-mismatch") ? new LegIce(ufrag!, pwd!, session.IceLite, [.. media.Candidates]) : null;
    }
}
