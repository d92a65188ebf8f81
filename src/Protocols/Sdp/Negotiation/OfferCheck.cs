namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Whether an offer is one that a single bundled transport can serve (RFC 9143, RFC 8829 §5.8, RFC 5763 §5).</summary>
public static class OfferCheck
{
    /// <param name="offer">A parsed offer.</param>
    /// <param name="transport">
    /// What it says about its end of the transport; null when refused. There beside <see cref="AnswerRefusal.ExtensionIdConflict"/>,
    /// the one fault that an answer can leave aside by not taking up the extension.
    /// </param>
    public static AnswerRefusal Inspect(SessionDescription offer, out RemoteTransport? transport)
    {
        transport = null;
        var refusal = CheckMids(offer);
        if (refusal == AnswerRefusal.None)
        {
            refusal = CheckBundle(offer);
        }

        if (refusal == AnswerRefusal.None)
        {
            refusal = CheckSections(offer);
        }

        if (refusal == AnswerRefusal.None)
        {
            refusal = ReadTransport(offer, out transport);
        }

        return refusal == AnswerRefusal.None ? CheckExtensions(offer) : refusal;
    }

    /// <summary>Offered, and inside the bundle when there is one.</summary>
    internal static bool IsServed(SdpGroup? bundle, MediaDescription media) =>
        media.IsOffered && (bundle is null || (media.Mid is { } mid && bundle.Mids.Contains(mid)));

    private static AnswerRefusal CheckMids(SessionDescription offer)
    {
        var mids = new HashSet<string>();
        foreach (var media in offer.Media)
        {
            if (media.Mid is { } mid && !mids.Add(mid))
            {
                return AnswerRefusal.DuplicateMid;
            }
        }

        return AnswerRefusal.None;
    }

    private static AnswerRefusal CheckBundle(SessionDescription offer)
    {
        var offered = offer.Media.Count(media => media.IsOffered);
        if (offered == 0)
        {
            return AnswerRefusal.NoMedia;
        }

        if (offer.Bundle is not { } bundle)
        {
            return offered > 1 ? AnswerRefusal.NoBundle : AnswerRefusal.None;
        }

        var mids = offer.Media.Select(media => media.Mid).ToHashSet();
        if (bundle.Mids.Distinct().Count() != bundle.Mids.Count || !bundle.Mids.All(mids.Contains))
        {
            return AnswerRefusal.InvalidBundle;
        }

        return offer.Media.Exists(media => media.IsOffered && media.Mid is null) ? AnswerRefusal.MissingMid
            : offer.Media.Exists(media => IsServed(bundle, media)) ? AnswerRefusal.None : AnswerRefusal.NoMedia;
    }

    private static AnswerRefusal CheckSections(SessionDescription offer)
    {
        var bundle = offer.Bundle;
        return offer.Media.Exists(media => IsServed(bundle, media) && media.IsRtp && !media.RtcpMux)
            ? AnswerRefusal.NoRtcpMux
            : AnswerRefusal.None;
    }

    private static AnswerRefusal CheckExtensions(SessionDescription offer)
    {
        var bundle = offer.Bundle;
        var uris = new Dictionary<int, string>();
        foreach (var extension in offer.Media.Where(media => IsServed(bundle, media) && media.IsRtp).SelectMany(media => media.Extensions))
        {
            if (!uris.TryAdd(extension.Id, extension.Uri) && uris[extension.Id] != extension.Uri)
            {
                return AnswerRefusal.ExtensionIdConflict;
            }
        }

        return AnswerRefusal.None;
    }

    private static AnswerRefusal ReadTransport(SessionDescription offer, out RemoteTransport? transport)
    {
        var bundle = offer.Bundle;
        var tagged = bundle is { Mids.Count: > 0 } ? offer.FindMid(bundle.Mids[0])! : offer.Media.First(media => media.IsOffered);
        transport = null;
        if (!offer.FingerprintsOf(tagged).Any(fingerprint => fingerprint.IsStrong))
        {
            return AnswerRefusal.NoFingerprint;
        }

        var read = RemoteTransport.Read(offer, tagged);
        if (read is null || read.Setup == SetupRole.HoldConn)
        {
            return read is null ? AnswerRefusal.NoIceCredentials : AnswerRefusal.NoConnection;
        }

        transport = read;
        return AnswerRefusal.None;
    }
}
