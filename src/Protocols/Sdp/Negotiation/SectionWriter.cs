namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The pieces that offers and answers write alike.</summary>
internal static class SectionWriter
{
    public static SessionDescription StartSession(LocalTransport local) => new()
    {
        Origin = SdpOrigin.Anonymous(local.SessionId, local.Version),
        IceLite = local.IceLite,
        IceOptions = local.IceOptions,
        MsidSemantic = " WMS *",
    };

    /// <param name="section">Where to write.</param>
    /// <param name="local">Our end.</param>
    /// <param name="role">Our DTLS role.</param>
    /// <param name="withCandidates">True for the section that speaks for the bundle: the others would only repeat it.</param>
    public static void WriteTransport(MediaDescription section, LocalTransport local, SetupRole role, bool withCandidates)
    {
        section.Connection = SdpConnection.Unspecified;
        section.IceUfrag = local.IceUfrag;
        section.IcePwd = local.IcePwd;
        section.Attributes.Add(local.Fingerprint);
        section.Setup = role;
        if (!withCandidates)
        {
            return;
        }

        foreach (var candidate in local.Candidates)
        {
            section.Attributes.Add("candidate", candidate);
        }

        section.EndOfCandidates = local.EndOfCandidates;
    }

    public static void WriteCodecs(MediaDescription section, IReadOnlyList<CodecOffer> codecs)
    {
        foreach (var codec in codecs)
        {
            section.Formats.Add(SdpText.Format(codec.PayloadType));
            section.Attributes.Add(new RtpMap(codec.PayloadType, codec.Name, codec.ClockRate, codec.Channels));
            foreach (var type in codec.Feedback)
            {
                section.Attributes.Add(new RtcpFeedback(codec.PayloadType, type));
            }

            if (!codec.Parameters.IsEmpty)
            {
                section.Attributes.Add(new FormatLine(codec.PayloadType, codec.Parameters));
            }

            if (codec.RtxPayloadType is { } rtx)
            {
                section.Formats.Add(SdpText.Format(rtx));
                section.Attributes.Add(new RtpMap(rtx, "rtx", codec.ClockRate));
                section.Attributes.Add(new FormatLine(rtx, FormatParameters.Of(("apt", SdpText.Format(codec.PayloadType)))));
            }
        }
    }

    public static void WriteSources(MediaDescription section, Msid? msid, IReadOnlyList<AnnouncedSource> sources)
    {
        if (msid is not null)
        {
            section.Attributes.Add(msid);
        }

        foreach (var source in sources)
        {
            if (source.RtxSsrc is { } rtx)
            {
                section.Attributes.Add(new SsrcGroup(SsrcGroup.FlowIdentification, [source.Ssrc, rtx]));
                section.Attributes.Add(new SsrcAttribute(source.Ssrc, "cname", source.Cname));
                section.Attributes.Add(new SsrcAttribute(rtx, "cname", source.Cname));
            }
            else
            {
                section.Attributes.Add(new SsrcAttribute(source.Ssrc, "cname", source.Cname));
            }
        }
    }
}
