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
            answer = Build(offer, local, RoleFor(remote!.Setup), decisions);
        }

        return refusal;
    }

    /// <summary>
    /// Our DTLS role: passive wherever the offer leaves us the choice, because the DTLS server picks the SRTP profile.
    /// </summary>
    public static SetupRole RoleFor(SetupRole offered) =>
        offered == SetupRole.Passive ? SetupRole.Active : SetupRole.Passive;

    /// <summary>What remains of a wish after the offer's direction: we send only to who receives and the other way round.</summary>
    public static MediaDirection Limit(MediaDirection wished, MediaDirection offered) => wished & SdpWords.Flip(offered);

    private static SessionDescription Build(
        SessionDescription offer, LocalTransport local, SetupRole role, IReadOnlyList<SectionAnswer> decisions)
    {
        var answer = SectionWriter.StartSession(local);
        var bundle = offer.Bundle;
        var mids = new List<string>();
        var candidatesDue = true;
        for (var i = 0; i < decisions.Count; i++)
        {
            var offered = offer.Media[i];
            if (!OfferCheck.IsServed(bundle, offered) || !TryAccept(offer, offered, decisions[i], out var section))
            {
                answer.Media.Add(Rejection(offered));
                continue;
            }

            SectionWriter.WriteTransport(section, local, role, candidatesDue);
            candidatesDue = false;
            answer.Media.Add(section);
            mids.Add(offered.Mid ?? "");
        }

        if (bundle is not null && mids.Count > 0)
        {
            answer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, mids));
        }

        answer.ExtmapAllowMixed = offer.ExtmapAllowMixed;
        return answer;
    }

    private static MediaDescription Rejection(MediaDescription offered)
    {
        var section = new MediaDescription(offered.KindName, offered.Protocol) { Port = 0, Mid = offered.Mid };
        section.Formats.AddRange(offered.Formats);
        section.Direction = MediaDirection.Inactive;
        return section;
    }

    private static bool TryAccept(
        SessionDescription offer, MediaDescription offered, SectionAnswer decision, [NotNullWhen(true)] out MediaDescription? section)
    {
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
