namespace Sylk.Conference.Protocols.Sdp;

/// <summary>One section of an offer of ours.</summary>
public sealed class OfferSection
{
    public required string Mid { get; init; }

    public required MediaKind Kind { get; init; }

    public required MediaDirection Direction { get; init; }

    public required IReadOnlyList<CodecOffer> Codecs { get; init; }

    public IReadOnlyList<HeaderExtension> Extensions { get; init; } = [];

    public Msid? Msid { get; init; }

    public IReadOnlyList<AnnouncedSource> Sources { get; init; } = [];

    /// <summary>Simulcast layers we send, in the order of the offer.</summary>
    public IReadOnlyList<string> SendRids { get; init; } = [];

    /// <summary>A section that has ended: port 0, outside the bundle.</summary>
    public bool Stopped { get; init; }
}

/// <summary>
/// Builds an offer over one bundled transport (RFC 9429 §5.2): rtcp-mux, actpass, the same credentials in every section.
/// </summary>
public static class OfferBuilder
{
    public static SessionDescription Build(LocalTransport local, IReadOnlyList<OfferSection> sections)
    {
        var offer = SectionWriter.StartSession(local);
        var mids = new List<string>();
        var withCandidates = true;
        foreach (var section in sections)
        {
            var media = WriteSection(section);
            if (!section.Stopped)
            {
                SectionWriter.WriteTransport(media, local, SetupRole.ActPass, withCandidates);
                withCandidates = false;
                mids.Add(section.Mid);
            }

            offer.Media.Add(media);
        }

        if (mids.Count > 0)
        {
            offer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, mids));
        }

        offer.ExtmapAllowMixed = true;
        return offer;
    }

    /// <summary>
    /// A number of receiving sections with consecutive mids that start at <paramref name="firstMid"/>.
    /// </summary>
    public static IEnumerable<OfferSection> ReceiveSlots(
        MediaKind kind, int count, int firstMid, IReadOnlyList<CodecOffer> codecs, IReadOnlyList<HeaderExtension> extensions)
    {
        for (var i = 0; i < count; i++)
        {
            yield return new OfferSection
            {
                Mid = SdpText.Format(firstMid + i),
                Kind = kind,
                Direction = MediaDirection.RecvOnly,
                Codecs = codecs,
                Extensions = extensions,
            };
        }
    }

    private static MediaDescription WriteSection(OfferSection section)
    {
        var media = new MediaDescription(section.Kind) { Mid = section.Mid, Direction = section.Direction };
        SectionWriter.WriteCodecs(media, section.Codecs);
        if (section.Stopped)
        {
            media.Port = 0;
            media.Direction = MediaDirection.Inactive;
            return media;
        }

        media.RtcpMux = true;
        media.RtcpReducedSize = true;
        foreach (var extension in section.Extensions)
        {
            media.Attributes.Add(extension);
        }

        if ((section.Direction & MediaDirection.SendOnly) != 0)
        {
            SectionWriter.WriteSources(media, section.Msid, section.Sources);
            WriteSimulcast(media, section.SendRids);
        }

        return media;
    }

    private static void WriteSimulcast(MediaDescription media, IReadOnlyList<string> rids)
    {
        if (rids.Count == 0)
        {
            return;
        }

        foreach (var rid in rids)
        {
            media.Attributes.Add(new Rid(rid, IsSend: true, FormatParameters.Empty));
        }

        media.Attributes.Add(new Simulcast([.. rids.Select(rid => (IReadOnlyList<SimulcastRid>)[new SimulcastRid(rid)])], []));
    }
}
