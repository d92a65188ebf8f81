namespace Sylk.Conference.Protocols.Sdp;

/// <summary>One <c>m=</c> section with what follows it.</summary>
public sealed class MediaDescription(string kindName, string protocol) : SdpSection
{
    /// <summary>UDP/TLS/RTP/SAVPF, which every WebRTC endpoint writes whatever it runs over (RFC 9429 §5.1.2).</summary>
    public const string WebRtcProtocol = "UDP/TLS/RTP/SAVPF";

    public const string DataChannelFormat = "webrtc-datachannel";

    /// <summary>What every WebRTC endpoint writes; also meant when nothing is written.</summary>
    public const int DefaultSctpPort = 5000;

    /// <summary>Meant when no size is written (RFC 8841 section 6.1), bytes.</summary>
    public const int DefaultMessageSize = 64 * 1024;

    public MediaDescription(MediaKind kind, string protocol = WebRtcProtocol)
        : this(SdpWords.Text(kind), protocol)
    {
    }

    public MediaKind Kind => SdpWords.ReadKind(KindName);

    /// <summary>The kind as written, also when <see cref="Kind"/> is <see cref="MediaKind.Other"/>.</summary>
    public string KindName { get; } = kindName;

    public string Protocol { get; set; } = protocol;

    /// <summary>0 rejects the section; 9 stands for "see the candidates".</summary>
    public int Port { get; set; } = 9;

    /// <summary>The number after the slash of the port; 1 is not printed.</summary>
    public int PortCount { get; set; } = 1;

    /// <summary>Payload types in order of preference for RTP; else the protocol's own words.</summary>
    public List<string> Formats { get; } = [];

    public string? Mid { get => Attributes.First("mid"); set => Attributes.Set("mid", value); }

    /// <summary>The direction written here, else send and receive. See <see cref="SessionDescription.DirectionOf"/>.</summary>
    public MediaDirection Direction { get => OwnDirection ?? MediaDirection.SendRecv; set => OwnDirection = value; }

    public bool RtcpMux { get => Attributes.Has("rtcp-mux"); set => Attributes.SetFlag("rtcp-mux", value); }

    public bool RtcpReducedSize { get => Attributes.Has("rtcp-rsize"); set => Attributes.SetFlag("rtcp-rsize", value); }

    /// <summary>Port 0 here means "only inside the bundle", not "rejected" (RFC 9143 §6).</summary>
    public bool BundleOnly { get => Attributes.Has("bundle-only"); set => Attributes.SetFlag("bundle-only", value); }

    /// <summary>Offered and not rejected: has a port, or is bundle-only.</summary>
    public bool IsOffered => Port != 0 || BundleOnly;

    /// <summary>Data channels over SCTP over DTLS (RFC 8841 section 4).</summary>
    public bool IsDataChannel =>
        Kind == MediaKind.Application && Protocol is "UDP/DTLS/SCTP" or "TCP/DTLS/SCTP" && Formats.Contains(DataChannelFormat);

    public bool IsRtp => Protocol.Contains("RTP/", StringComparison.Ordinal);

    /// <summary>The values of the candidate lines, without <c>candidate:</c>.</summary>
    public IReadOnlyList<string> Candidates => Attributes.All("candidate");

    public IReadOnlyList<RtpMap> RtpMaps => Attributes.Read<RtpMap>();

    public IReadOnlyList<FormatLine> FormatLines => Attributes.Read<FormatLine>();

    public IReadOnlyList<RtcpFeedback> Feedback => Attributes.Read<RtcpFeedback>();

    public IReadOnlyList<HeaderExtension> Extensions => Attributes.Read<HeaderExtension>();

    public IReadOnlyList<SsrcAttribute> SsrcAttributes => Attributes.Read<SsrcAttribute>();

    public IReadOnlyList<SsrcGroup> SsrcGroups => Attributes.Read<SsrcGroup>();

    public IReadOnlyList<Msid> Msids => Attributes.Read<Msid>();

    public IReadOnlyList<Rid> Rids => Attributes.Read<Rid>();

    public Simulcast? Simulcast => Attributes.ReadFirst<Simulcast>();

    /// <summary>Milliseconds of audio per packet.</summary>
    public int? PacketTime { get => Number("ptime"); set => SetNumber("ptime", value); }

    /// <summary>Most milliseconds of audio per packet.</summary>
    public int? MaxPacketTime { get => Number("maxptime"); set => SetNumber("maxptime", value); }

    public int? SctpPort { get => Number("sctp-port"); set => SetNumber("sctp-port", value); }

    /// <summary>Bytes; 0 means any size (RFC 8841 §6.1).</summary>
    public int? MaxMessageSize { get => Number("max-message-size"); set => SetNumber("max-message-size", value); }

    /// <summary>The first fmtp of a payload type; empty when there is none.</summary>
    public FormatParameters ParametersOf(int payloadType)
    {
        foreach (var line in FormatLines)
        {
            if (line.PayloadType == payloadType)
            {
                return line.Parameters;
            }
        }

        return FormatParameters.Empty;
    }

    private int? Number(string name) => SdpText.TryNumber(Attributes.First(name), int.MaxValue, out var number) ? number : null;

    private void SetNumber(string name, int? value) => Attributes.Set(name, value is { } number ? SdpText.Format(number) : null);
}
