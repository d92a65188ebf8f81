using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>The transport side of an offer: one bundle, one set of ICE credentials, fingerprints we accept.</summary>
internal sealed record RemoteTransport(IceCredentials Credentials, List<CertificateFingerprint> Fingerprints);

internal static class OfferCheck
{
    /// <summary>Null with a reason when the offer cannot be carried over one bundled, multiplexed DTLS-SRTP transport.</summary>
    public static RemoteTransport? Read(SessionDescription offer, out string refusal)
    {
        var sections = offer.Media.FindAll(media => media.IsOffered && media.IsRtp);
        refusal = Refusal(offer, sections);
        if (refusal.Length > 0)
            return null;
        var first = sections.Find(media => offer.IceUfragOf(media) is not null) ?? sections[0];
        var fingerprints = new List<CertificateFingerprint>();
        foreach (var fingerprint in offer.FingerprintsOf(first))
            if (CertificateFingerprint.TryParse(fingerprint.ToText(), out var parsed) && parsed is not null)
                fingerprints.Add(parsed);
        if (fingerprints.Count == 0)
            refusal = "The offer has no certificate fingerprint of SHA-256 or better.";
        else if (offer.IceUfragOf(first) is not { Length: >= 4 } || offer.IcePwdOf(first) is not { Length: >= 22 })
            refusal = "The offer has no ICE credentials.";
        return refusal.Length > 0 ? null : new RemoteTransport(
            new IceCredentials(offer.IceUfragOf(first)!, offer.IcePwdOf(first)!), fingerprints);
    }

    private static string Refusal(SessionDescription offer, List<MediaDescription> sections)
    {
        if (sections.Count == 0)
            return "The offer has no audio or video section.";
        if (sections.Exists(media => !media.RtcpMux))
            return "Every section must offer rtcp-mux.";
        if (sections.Count > 1 && (offer.Bundle is not { } bundle || sections.Exists(media => !bundle.Mids.Contains(media.Mid ?? ""))))
            return "All sections must be in one BUNDLE group.";
        if (sections.Exists(media => offer.SetupOf(media) == SetupRole.Passive))
            return "The offer must let us be the DTLS server (setup:actpass or active).";
        if (sections.DistinctBy(media => media.Mid).Count() != sections.Count)
            return "Two sections share a mid.";
        return "";
    }
}
