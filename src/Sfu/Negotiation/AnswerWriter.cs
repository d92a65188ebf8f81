using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>
/// Writes the answer: the offer's sections in the offer's order, its payload types, extension ids and mids unchanged,
/// ourselves as ICE-lite and DTLS server (E.3: the server chooses the SRTP profile).
/// </summary>
internal static class AnswerWriter
{
    public static SessionDescription Write(
        SessionDescription offer, List<SectionPlan> plans, Peer peer, CertificateFingerprint fingerprint, List<string> candidates)
    {
        var answer = new SessionDescription
        {
            Origin = SdpOrigin.Anonymous(peer.Number, (ulong)Math.Max(1, peer.Sequence + 1)),
            IceLite = true,
        };
        answer.Timings.Add(new SdpTiming(0, 0));
        var bundled = plans.Where(plan => plan.Use != SectionUse.Rejected).Select(plan => plan.Mid).ToList();
        answer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, bundled));
        answer.Attributes.Add("msid-semantic", " WMS *");
        answer.Attributes.Add("fingerprint", fingerprint.ToString());
        answer.Attributes.Add("ice-options", "trickle");
        if (offer.ExtmapAllowMixed)
            answer.ExtmapAllowMixed = true;

        foreach (var plan in plans)
        {
            var section = plan.Use == SectionUse.Rejected ? Reject(plan.Offered) : Accept(plan, peer);
            if (plan.Use != SectionUse.Rejected && plan.Mid == bundled[0])
                AddCandidates(section, candidates);
            answer.Media.Add(section);
        }

        return answer;
    }

    private static MediaDescription Reject(MediaDescription offered)
    {
        var section = new MediaDescription(offered.KindName, offered.Protocol) { Port = 0 };
        section.Formats.AddRange(offered.Formats.Take(1));
        if (offered.Mid is { } mid)
            section.Mid = mid;
        section.Direction = MediaDirection.Inactive;
        return section;
    }

    private static MediaDescription Accept(SectionPlan plan, Peer peer)
    {
        var offered = plan.Offered;
        var section = new MediaDescription(offered.KindName, offered.Protocol) { Connection = SdpConnection.IPv4("0.0.0.0") };
        var local = peer.Transport.Ice.Local;
        section.Mid = plan.Mid;
        section.IceUfrag = local.Ufrag;
        section.IcePwd = local.Password;
        section.Setup = SetupRole.Passive;
        section.RtcpMux = true;
        section.RtcpReducedSize = offered.RtcpReducedSize;
        section.Direction = plan.Use switch
        {
            SectionUse.Publish => MediaDirection.RecvOnly,
            SectionUse.Slot => MediaDirection.SendOnly,
            _ => MediaDirection.Inactive,
        };
        foreach (var extension in offered.Extensions)
            if (plan.Understands(extension))
                section.Attributes.Add(extension with { Direction = null, Parameters = null });
        foreach (var (codec, _) in plan.Codecs)
            AddCodec(section, plan, codec);
        if (plan.Use == SectionUse.Publish)
            AddSimulcast(section, plan);
        else if (plan.Slot is { } slot)
            AddSlot(section, slot, peer);
        return section;
    }

    private static void AddCodec(MediaDescription section, SectionPlan plan, OfferedCodec codec)
    {
        section.Formats.Add($"{codec.PayloadType}");
        section.Attributes.Add(codec.Map);
        if (!codec.Parameters.IsEmpty)
            section.Attributes.Add(new FormatLine(codec.PayloadType, codec.Parameters));
        foreach (var feedback in plan.FeedbackOf(codec))
            section.Attributes.Add(new RtcpFeedback(codec.PayloadType, feedback));
        if (codec.RtxPayloadType == 0)
            return;
        section.Formats.Add($"{codec.RtxPayloadType}");
        section.Attributes.Add(new RtpMap(codec.RtxPayloadType, "rtx", codec.Map.ClockRate));
        section.Attributes.Add(new FormatLine(codec.RtxPayloadType, FormatParameters.Of(("apt", $"{codec.PayloadType}"))));
    }

    private static void AddSimulcast(MediaDescription section, SectionPlan plan)
    {
        if (plan.Track is not { Rids.Length: > 0 } track)
            return;
        foreach (var rid in track.Rids)
            section.Attributes.Add("rid", $"{rid} recv");
        section.Attributes.Add("simulcast", $"recv {string.Join(';', track.Rids)}");
    }

    /// <summary>
    /// Slots of the same place share a media stream, so that a person's voice and picture, which the router puts into the
    /// same place where it can, are played in step. The SSRCs are named because Firefox finds retransmissions only so.
    /// </summary>
    private static void AddSlot(MediaDescription section, Slot slot, Peer peer)
    {
        section.Attributes.Add(new Msid($"slot-{slot.Index}", $"{slot.Mid}"));
        var cname = System.Text.Encoding.ASCII.GetString(peer.Room.Cname);
        if (slot.RtxSsrc != 0)
            section.Attributes.Add(new SsrcGroup(SsrcGroup.FlowIdentification, [slot.Ssrc, slot.RtxSsrc]));
        section.Attributes.Add(new SsrcAttribute(slot.Ssrc, "cname", cname));
        if (slot.RtxSsrc != 0)
            section.Attributes.Add(new SsrcAttribute(slot.RtxSsrc, "cname", cname));
    }

    private static void AddCandidates(MediaDescription section, List<string> candidates)
    {
        foreach (var candidate in candidates)
            section.Attributes.Add("candidate", candidate);
        section.EndOfCandidates = true;
    }
}
