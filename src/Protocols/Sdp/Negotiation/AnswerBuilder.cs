using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// Builds the answer to an offer over one bundled transport (RFC 3264 §6, RFC 9429 §5.3, RFC 9143 §7.3): as many
/// sections as the offer, in its order, with its mids, payload types and extension ids.
/// </summary>
public static class AnswerBuilder
{
    /// <param name="offer">The parsed offer.</param>
    /// <param name="local">Our end of the transport.</param>
    /// <param name="decisions">One for each section of the offer, in its order.</param>
    /// <param name="answer">The answer; null when refused.</param>
    public static AnswerRefusal TryBuild(
        SessionDescription offer,
        LocalTransport local,
        IReadOnlyList<SectionAnswer> decisions,
        out SessionDescription? answer)
    {
        answer = null;
        if (decisions.Count != offer.Media.Count)
        {
            return AnswerRefusal.SectionCountMismatch;
        }

        var refusal = OfferCheck.Inspect(offer, out var remote);
        if (refusal == AnswerRefusal.None)
        {
            answer = Build(offer, remote!, local, decisions);
        }

        return refusal;
    }

    /// <summary>
    /// The answer to an offer that <see cref="OfferCheck.Inspect"/> has passed, or faulted for its extension ids alone: then
    /// <paramref name="decisions"/> must give each number one meaning.
    /// </summary>
    /// <param name="offer">The parsed offer.</param>
    /// <param name="remote">Its end of the transport, as the inspection read it.</param>
    /// <param name="local">Our end of the transport.</param>
    /// <param name="decisions">One for each section of the offer, in its order.</param>
    public static SessionDescription Build(
        SessionDescription offer, RemoteTransport remote, LocalTransport local, IReadOnlyList<SectionAnswer> decisions)
    {
        var answer = SectionWriter.StartSession(local);
        var bundle = offer.Bundle;
        foreach (var (offered, decision) in offer.Media.Zip(decisions))
        {
            answer.Media.Add(OfferCheck.IsServed(bundle, offered) && TryAccept(offer, offered, decision, out var section)
                ? section
                : Rejection(offered));
        }

        WriteTransport(answer, bundle, local, RoleFor(remote.Setup));
        answer.ExtmapAllowMixed = offer.ExtmapAllowMixed;
        return answer;
    }

    /// <summary>
    /// Our DTLS role: passive wherever the offer leaves us the choice, because the DTLS server picks the SRTP profile.
    /// </summary>
    public static SetupRole RoleFor(SetupRole offered) =>
        offered == SetupRole.Passive ? SetupRole.Active : SetupRole.Passive;

    /// <summary>What remains of a wish after the offer's direction: we send only to who receives and the other way round.</summary>
    public static MediaDirection Limit(MediaDirection wished, MediaDirection offered) => wished & SdpWords.Flip(offered);

    /// <summary>
    /// The group keeps the offer's order, so that the section that spoke for the bundle there does so here, unless it was
    /// rejected (RFC 9143 §7.3.1); only that one carries candidates.
    /// </summary>
    private static void WriteTransport(SessionDescription answer, SdpGroup? bundle, LocalTransport local, SetupRole role)
    {
        var accepted = answer.Media.FindAll(media => media.Port != 0);
        if (bundle is not null && accepted.Count > 0)
        {
            var byMid = accepted.ToDictionary(media => media.Mid ?? "");
            var mids = bundle.Mids.Where(byMid.ContainsKey).ToList();
            accepted = mids.ConvertAll(mid => byMid[mid]);
            answer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, mids));
        }

        for (var i = 0; i < accepted.Count; i++)
        {
            SectionWriter.WriteTransport(accepted[i], local, role, withCandidates: i == 0);
        }
    }

    private static MediaDescription Rejection(MediaDescription offered)
    {
        var section = new MediaDescription(offered.KindName, offered.Protocol)
        {
            Port = 0,
            Mid = offered.Mid,
            Connection = SdpConnection.Unspecified,
        };
        section.Formats.AddRange(offered.Formats);
        section.Direction = MediaDirection.Inactive;
        return section;
    }

    private static bool TryAccept(
        SessionDescription offer, MediaDescription offered, SectionAnswer decision, [NotNullWhen(true)] out MediaDescription? section)
    {
        if (decision.DataChannelMessage is { } longest)
        {
            section = AcceptedDataChannel(offered, longest);
            return section is not null;
        }

        section = null;
        var direction = Limit(decision.Direction, offer.DirectionOf(offered));
        var codecs = decision.Rejected || !offered.IsRtp ? [] : AcceptedCodecs(offered, decision);
        if (codecs.Count == 0)
        {
            return false;
        }

        section = new MediaDescription(offered.KindName, offered.Protocol) { Mid = offered.Mid, Direction = direction };
        section.RtcpMux = true;
        section.RtcpReducedSize = offered.RtcpReducedSize;
        section.ExtmapAllowMixed = offered.ExtmapAllowMixed;
        if (decision.MaxReceiveBitrate is { } limit)
        {
            section.Bandwidths.Add(new SdpBandwidth("TIAS", limit));
        }

        SectionWriter.WriteCodecs(section, codecs);
        WriteExtensions(section, offered, decision.Extensions);
        if ((direction & MediaDirection.RecvOnly) != 0)
        {
            SimulcastAnswer.Write(section, offered, decision.ReceiveRids);
        }

        if ((direction & MediaDirection.SendOnly) != 0)
        {
            SectionWriter.WriteSources(section, decision.Msid, decision.Sources);
        }

        return true;
    }

    /// <summary>Null for anything but data channels over SCTP over DTLS. The port is the one of RFC 8841 section 13.</summary>
    private static MediaDescription? AcceptedDataChannel(MediaDescription offered, int longest)
    {
        if (!offered.IsDataChannel)
        {
            return null;
        }

        var section = new MediaDescription(offered.KindName, offered.Protocol)
        {
            Mid = offered.Mid,
            SctpPort = MediaDescription.DefaultSctpPort,
            MaxMessageSize = longest,
        };
        section.Formats.Add(MediaDescription.DataChannelFormat);
        return section;
    }

    private static List<CodecOffer> AcceptedCodecs(MediaDescription offered, SectionAnswer decision)
    {
        var known = CodecReader.Read(offered);
        var accepted = new List<CodecOffer>();
        foreach (var codec in decision.Codecs)
        {
            var match = known.Find(candidate => candidate.PayloadType == codec.PayloadType);
            if (match is not null && !accepted.Exists(chosen => chosen.PayloadType == codec.PayloadType))
            {
                accepted.Add(codec.RtxPayloadType == match.RtxPayloadType ? codec : codec with { RtxPayloadType = null });
            }
        }

        if (accepted.Count == 0 && decision.Direction == MediaDirection.Inactive && known.Count > 0)
        {
            accepted.Add(known[0]);
        }

        return accepted;
    }

    private static void WriteExtensions(MediaDescription section, MediaDescription offered, IReadOnlyList<HeaderExtension> wanted)
    {
        var wishes = wanted.Select(wish => (wish.Id, wish.Uri)).ToHashSet();
        foreach (var extension in offered.Extensions)
        {
            if (wishes.Remove((extension.Id, extension.Uri)))
            {
                MediaDirection? direction = extension.Direction is { } written ? SdpWords.Flip(written) : null;
                section.Attributes.Add(extension with { Direction = direction, Parameters = null });
            }
        }
    }
}
