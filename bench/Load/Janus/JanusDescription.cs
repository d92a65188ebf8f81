using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Load.Janus;

/// <summary>
/// Our descriptions as Janus needs them. Headless peers are DTLS clients, so both say <c>active</c>; Janus begins ICE only with
/// a candidate of ours.
/// </summary>
internal static class JanusDescription
{
    public static SessionDescription Offer(HeadlessPeer peer, PublishedSsrcs publish, in TransportAddress address)
    {
        var offer = PeerOffer.Create(peer, publish, 0, 0);
        offer.Media[0].Attributes.Add("candidate", Candidate(address));
        return MakeActive(offer);
    }

    /// <summary>Takes all sections of a subscriber's offer as they are; null when it is not an offer one can answer.</summary>
    public static SessionDescription? Answer(SessionDescription offer, LocalTransport peer, in TransportAddress address)
    {
        var local = new LocalTransport
        {
            IceUfrag = peer.IceUfrag,
            IcePwd = peer.IcePwd,
            Fingerprint = peer.Fingerprint,
            SessionId = peer.SessionId,
            Candidates = [Candidate(address)],
        };
        var decisions = offer.Media.ConvertAll(Accept);
        return AnswerBuilder.TryBuild(offer, local, decisions, out var answer) == AnswerRefusal.None ? MakeActive(answer!) : null;
    }

    /// <summary>Only extensions whose numbers mean the same to our receivers.</summary>
    private static SectionAnswer Accept(MediaDescription offered) => new()
    {
        Direction = MediaDirection.RecvOnly,
        Codecs = CodecReader.Read(offered),
        Extensions = [.. offered.Extensions.Where(extension => Known(offered.Kind).Any(known => known.Id == extension.Id && known.Uri == extension.Uri))],
    };

    private static IReadOnlyList<HeaderExtension> Known(MediaKind kind) =>
        kind == MediaKind.Audio ? UsualCodecs.AudioExtensions : UsualCodecs.VideoExtensions;

    private static SessionDescription MakeActive(SessionDescription description)
    {
        foreach (var media in description.Media.Where(media => media.Setup is not null))
            media.Setup = SetupRole.Active;
        return description;
    }

    private static string Candidate(in TransportAddress address) => IceCandidate.CreateHost(address).ToValue();
}
