using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>What we ask of an offer beyond the RFCs: we are the DTLS server, and all of its media is in the one bundle.</summary>
internal static class OfferCheck
{
    /// <summary>The offer's end of the transport; null with the words for a refusal.</summary>
    public static RemoteTransport? Read(SessionDescription offer, out string refusal)
    {
        refusal = TextOf(Protocols.Sdp.OfferCheck.Inspect(offer, out var remote));
        if (remote is null)
            return null;
        if (!offer.Media.Exists(media => media.IsOffered && media.IsRtp))
            refusal = "The offer has no audio or video section.";
        else if (remote.Setup == SetupRole.Passive)
            refusal = "The offer must let us be the DTLS server (setup:actpass or active).";
        else if (offer.Bundle is { } bundle
            && offer.Media.Exists(media => media.IsOffered && media.IsRtp && !bundle.Mids.Contains(media.Mid ?? "")))
            refusal = "All sections must be in one BUNDLE group.";
        return refusal.Length == 0 ? remote : null;
    }

    private static string TextOf(AnswerRefusal refusal) => refusal switch
    {
        // aiortc numbers its extensions section by section; the answer leaves the second meaning of a number out.
        AnswerRefusal.None or AnswerRefusal.ExtensionIdConflict => "",
        AnswerRefusal.NoMedia => "The offer has no section that is open.",
        AnswerRefusal.NoBundle => "All sections must be in one BUNDLE group.",
        AnswerRefusal.InvalidBundle => "The BUNDLE group names a section twice, or one that is not there.",
        AnswerRefusal.MissingMid => "A section of the bundle has no mid.",
        AnswerRefusal.DuplicateMid => "Two sections share a mid.",
        AnswerRefusal.NoRtcpMux => "Every section must offer rtcp-mux.",
        AnswerRefusal.NoFingerprint => "The offer has no certificate fingerprint of SHA-256 or better.",
        AnswerRefusal.NoIceCredentials => "The offer has no ICE credentials, or they are too short or too long.",
        AnswerRefusal.NoConnection => "The offer asks for no connection (setup:holdconn).",
        _ => "The offer cannot be answered.",
    };

    extension(RemoteTransport remote)
    {
        public IceCredentials Credentials => new(remote.IceUfrag, remote.IcePwd);

        /// <summary>The certificates' hashes that DTLS takes as proof.</summary>
        public List<CertificateFingerprint> Certificates =>
            [.. remote.Fingerprints.Where(fingerprint => fingerprint.IsStrong)
                .Select(fingerprint => new CertificateFingerprint(fingerprint.Algorithm, [.. fingerprint.ToHash()]))];
    }
}
