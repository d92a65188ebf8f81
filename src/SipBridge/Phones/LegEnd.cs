using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Offer and answer of one leg, without any packet: what was agreed on, and what our next text must not contradict.</summary>
internal sealed class LegEnd(PhoneSettings settings, Fingerprint? fingerprint, int port)
{
    private readonly ulong _sessionId = (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private LegDescription? _agreed;
    private LegOfferSent? _sent;

    /// <summary>Ours; others after a restart of theirs (RFC 8839 section 4.4.1.1).</summary>
    public IceCredentials Ice { get; private set; } = IceCredentials.Create();

    /// <summary>Null until there is sound.</summary>
    public LegAudio? Audio => _agreed?.Audio;

    /// <summary>Null while there is no video.</summary>
    public LegVideo? Video => _agreed?.Video;

    /// <summary>Ours for video; 0 while there is none.</summary>
    public int VideoPort { get; set; }

    /// <summary>One step. When it is refused nothing has changed.</summary>
    /// <param name="offer">What was asked.</param>
    /// <param name="agreed">A description was agreed on that has to be put in force.</param>
    public LegAnswer Step(LegOffer offer, out bool agreed)
    {
        agreed = false;
        var policy = new LegPolicy(Protection(offer.Encryption), offer.IsSecureHop || settings.AllowSdesOverPlain);
        var ours = Ours(offer, Ice);
        if (offer.Remote is null)
        {
            return Offer(ours, policy, offer.Shape);
        }

        if (offer.IsAnswer && _sent is null)
        {
            return LegAnswer.Refused(MediaErrorCode.NegotiationStale, "no offer of ours waits for an answer");
        }

        var ice = Ice;
        var step = offer.IsAnswer ? LegOfferer.Accept(offer.Remote, _sent!, ours, policy, _agreed) : LegAnswerer.Answer(offer.Remote, ours, policy, _agreed);
        if (!offer.IsAnswer && IsRestart(step.Description))
        {
            ice = IceCredentials.Create();
            step = LegAnswerer.Answer(offer.Remote, Ours(offer, ice), policy, _agreed);
        }

        if (step.Refusal is { } refusal)
        {
            var code = refusal.Kind == LegRefusalKind.Invalid ? MediaErrorCode.SdpInvalid : MediaErrorCode.MediaIncompatible;
            return LegAnswer.Refused(code, refusal.Detail, refusal.Warning);
        }

        (_agreed, Ice, _sent, agreed) = (step.Description, ice, null, true);
        return new LegAnswer(null, step.Sdp, _agreed!.IsHeld, _agreed.HasAudio) { HasVideo = Video is not null, SeesVideo = Video is { MaySee: true } && !_agreed.IsHeld };
    }

    private LegAnswer Offer(LegCapabilities ours, LegPolicy policy, string? shape)
    {
        var isAgain = _sent is not null && _agreed is null;
        (_sent, var sdp) = LegOfferer.Offer(ours, policy, _agreed, isAgain, shape is null ? null : LegShape.Of(shape));

        // The version never goes back, also when this offer is refused.
        _agreed = _agreed is null ? null : _agreed with { Version = _sent.Described.Version, Text = _sent.Described.Text };
        return new LegAnswer(null, sdp, _agreed is { IsHeld: true }, _agreed is not { HasAudio: false });
    }

    private bool IsRestart(LegDescription? next) =>
        next?.Audio?.Ice is { } theirs && _agreed?.Audio?.Ice is { } before && !theirs.HasSameCredentials(before);

    private LegCapabilities Ours(LegOffer offer, IceCredentials ice)
    {
        var signalling = SignallingOf(offer);
        return new LegCapabilities
        {
            Codecs = settings.Codecs,
            IPv4 = settings.AdvertisedIPv4,
            IPv6 = settings.AdvertisedIPv6,
            Port = port,
            Video = VideoPort == 0 ? null : new LegVideoEnd { Port = VideoPort, Codecs = settings.VideoCodecs, IsOffered = offer.OffersVideo },
            SessionId = _sessionId,
            Fingerprint = fingerprint,
            IceUfrag = settings.Ice ? ice.Ufrag : null,
            IcePwd = settings.Ice ? ice.Password : null,
            IceFull = settings.IceFull,
            ComfortNoise = settings.ComfortNoise,
            OpusBitrate = settings.OpusBitrate,
            Holds = offer.Holds,
            MaySendTo = told => MediaTargets.MayBeTold(told, signalling, settings),
        };
    }

    /// <summary>The address the signalling comes from; port 0.</summary>
    internal static TransportAddress SignallingOf(LegOffer offer) =>
        System.Net.IPAddress.TryParse(offer.SignallingSource, out var address)
            ? TransportAddress.From(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, 0)
            : default;

    private static LegProtection Protection(LegEncryption encryption) => encryption switch
    {
        LegEncryption.Off => LegProtection.Off,
        LegEncryption.Require => LegProtection.Require,
        _ => LegProtection.Allow,
    };
}
