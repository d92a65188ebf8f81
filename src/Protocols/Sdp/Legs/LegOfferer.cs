using System.Collections.Immutable;
using System.Net;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Our own offers to telephones, and what their answers come to (RFC 3264 sections 5, 7 and 8).</summary>
public static class LegOfferer
{
    private const string Avp = "RTP/AVP", Savp = "RTP/SAVP";
    private const int FirstDynamic = 96, LastDynamic = 127;

    /// <summary>
    /// Offers all we have, at first or within a call (a re-INVITE without a description). The agreed numbers, protocol and keys stay.
    /// </summary>
    /// <param name="ours">Our end.</param>
    /// <param name="policy">What protection is wanted.</param>
    /// <param name="current">What was agreed on before; null at first.</param>
    /// <param name="again">The first offer was refused: where protection is required, SDES instead of DTLS.</param>
    /// <param name="shape">At first: the sections the call has by descriptions this end has no part in.</param>
    public static (LegOfferSent Offer, string Sdp) Offer(
        LegCapabilities ours, LegPolicy policy, LegDescription? current, bool again = false, LegShape? shape = null)
    {
        var before = current?.Audio;
        var isIPv6 = before is not null ? !before.Rtp.IsIPv4 : ours.IPv4 is null;
        var address = (isIPv6 ? ours.IPv6 : ours.IPv4) ?? IPAddress.Any;
        var protocol = before?.Protocol ?? Protocol(policy, ours, again);
        var withFingerprint = ours.Fingerprint is not null && (before is not null ? before.Security == LegSecurity.Dtls
            : protocol != Savp && policy.Protection != LegProtection.Off);
        var places = Places(current, shape ?? LegShape.None, protocol, shape is null && ours.Video is { IsOffered: true });
        var audio = Describe(ours, before, protocol);
        var video = ours.Video is null || places.VideoIndex < 0 ? null : DescribeVideo(ours.Video, current?.Video, audio, protocol);
        var sent = new LegOfferSent(
            new LegDescription(0, "", places.Sections, places.AudioIndex, audio) { VideoIndex = video is null ? -1 : places.VideoIndex, Video = video },
            protocol, Keys(ours, policy, before, protocol), withFingerprint)
        {
            VideoKeys = video is null ? [] : Keys(ours, policy, current?.Video, protocol),
        };
        var (finished, version, text) = LegSectionWriter.Finish(Write(sent, ours, address, current), ours, address, current);
        return (sent with { Described = sent.Described with { Version = version, Text = text } }, SdpPrinter.Print(finished));
    }

    private static LegShape Places(LegDescription? current, LegShape shape, string protocol, bool withVideo)
    {
        var places = current is null ? shape : new LegShape(current.Sections, current.AudioIndex, current.VideoIndex);
        if (places.AudioIndex < 0)
        {
            places = places with { AudioIndex = places.Sections.Length, Sections = places.Sections.Add(new LegSection("audio", protocol, "0", null)) };
        }

        return current is not null || !withVideo ? places : places with
        {
            VideoIndex = places.Sections.Length,
            Sections = places.Sections.Add(new LegSection("video", protocol, "0", null)),
        };
    }

    private static SessionDescription Write(LegOfferSent sent, LegCapabilities ours, IPAddress address, LegDescription? current)
    {
        var (sections, audio, video) = (sent.Described.Sections, sent.Described.Audio!, sent.Described.Video);
        var setup = sent.HasFingerprint ? SetupRole.ActPass : (SetupRole?)null;
        var session = new SessionDescription { IceLite = audio.IceMode == LegIceMode.Lite };
        if (audio.IsBundled)
        {
            session.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [audio.Mid!]));
        }

        for (var i = 0; i < sections.Length; i++)
        {
            session.Media.Add(i == sent.Described.AudioIndex ? WithIce(LegSectionWriter.Audio(audio, ours, sent.Keys, setup), audio, current?.Audio)
                : i == sent.Described.VideoIndex ? WithIce(LegSectionWriter.Video(video!, ours, sent.VideoKeys, setup), video!, current?.Video)
                : LegSectionWriter.Rejected(sections[i], audio.IsBundled));
        }

        return session;

        MediaDescription WithIce(MediaDescription media, LegStream stream, LegStream? before) =>
            LegSectionWriter.WithIce(media, stream, ours, address, offersMux: before is not { RtcpMux: true });
    }

    /// <summary>Takes their answer to an offer of ours.</summary>
    /// <param name="answer">Their text.</param>
    /// <param name="sent">The offer it answers.</param>
    /// <param name="ours">Our end, as when it was offered.</param>
    /// <param name="policy">What protection is wanted.</param>
    /// <param name="current">What was agreed on before the offer; null at first.</param>
    public static LegStep Accept(string answer, LegOfferSent sent, LegCapabilities ours, LegPolicy policy, LegDescription? current)
    {
        if (!LegText.TryParse(answer, out var session, out var refusal))
        {
            return LegStep.Refused(refusal);
        }

        var described = sent.Described;
        if (session.Media.Count != described.Sections.Length)
        {
            return LegStep.Refused(LegRefusal.Invalid("an answer has the sections of its offer"));
        }

        var media = session.Media[described.AudioIndex];
        if (media.Port == 0)
        {
            return current is null
                ? LegStep.Refused(LegRefusal.Incompatible("they want no sound", LegRefusal.MediaType))
                : new LegStep(null, described with { AudioIndex = -1, Audio = null, VideoIndex = -1, Video = null }, "");
        }

        refusal = LegRemote.TryRead(session, media, out var remote) ?? Check(remote!, sent, ours, policy);
        if (refusal is not null)
        {
            return LegStep.Refused(refusal);
        }

        var video = AcceptVideo(session, sent, ours, policy, current?.Video);
        return new LegStep(null, described with
        {
            Audio = Agree(remote!, sent, current?.Audio),
            Video = video,
            VideoIndex = video is null ? -1 : described.VideoIndex,
        }, "");
    }

    private static LegVideo? AcceptVideo(SessionDescription session, LegOfferSent sent, LegCapabilities ours, LegPolicy policy, LegVideo? before)
    {
        if (sent.Described.Video is not { } offered || session.Media[sent.Described.VideoIndex] is not { Port: > 0 } media
            || LegRemote.TryRead(session, media, out var remote) is not null || CheckTransport(remote!, sent, sent.VideoKeys, ours, policy) is not null)
        {
            return null;
        }

        var formats = remote!.Codecs.Select(theirs => LegVideoCodecs.Accept(offered.Formats, theirs)).OfType<LegVideoFormat>()
            .DistinctBy(format => format.Codec).ToImmutableArray();
        return formats.IsEmpty ? null : Agree(
            offered with
            {
                Formats = formats,
                MaxBitrateBps = remote.MaxVideoBitrateBps(),
                Direction = remote.IsNowhere ? MediaDirection.Inactive : SdpWords.Flip(remote.Direction),
            },
            remote, sent, sent.VideoKeys, before);
    }

    private static LegRefusal? Check(LegRemote remote, LegOfferSent sent, LegCapabilities ours, LegPolicy policy) =>
        CheckTransport(remote, sent, sent.Keys, ours, policy)
        ?? (Formats(remote, sent).IsEmpty ? LegRefusal.Incompatible("no codec in common", LegRefusal.MediaFormat) : null);

    private static LegRefusal? CheckTransport(
        LegRemote remote, LegOfferSent sent, ImmutableArray<CryptoLine> keys, LegCapabilities ours, LegPolicy policy)
    {
        if (!remote.IsNowhere && remote.Ice is null && !(ours.MaySendTo(remote.Rtp) && ours.MaySendTo(remote.Rtcp)))
        {
            return LegRefusal.Incompatible("nothing may be sent to that address", LegRefusal.AddressFormat);
        }

        return Security(remote, sent, keys) == LegSecurity.Plain && (policy.Protection == LegProtection.Require || !remote.IsAvp)
            ? LegRefusal.Incompatible("the answer has no keys", LegRefusal.TransportProtocol)
            : null;
    }

    private static LegSecurity Security(LegRemote remote, LegOfferSent sent, ImmutableArray<CryptoLine> keys)
    {
        if (sent.HasFingerprint && !remote.Fingerprints.IsEmpty)
        {
            return LegSecurity.Dtls;
        }

        return AnsweredKey(remote, keys) is not null ? LegSecurity.Sdes : LegSecurity.Plain;
    }

    /// <summary>Their line must name one of ours by tag and suite (RFC 4568 section 5.1.2).</summary>
    private static CryptoLine? AnsweredKey(LegRemote remote, ImmutableArray<CryptoLine> keys) =>
        remote.CryptoLines().FirstOrDefault(line => keys.Any(key => key.Tag == line.Tag && key.Suite == line.Suite));

    private static LegAudio Agree(LegRemote remote, LegOfferSent sent, LegAudio? before)
    {
        var offered = sent.Described.Audio!;
        var audio = offered with
        {
            Formats = Formats(remote, sent),
            Keys = Keys(remote, offered),
            ComfortNoise = offered.ComfortNoise is null ? null : LegChoice.ComfortNoise(remote, new LegCapabilities { Port = 0, SessionId = 0, ComfortNoise = true }),
            PacketMs = remote.PacketMs,
            MaxBitrateBps = remote.MaxBitrateBps(),
            Direction = SdpWords.Flip(remote.Direction),
        };
        return Agree(audio, remote, sent, sent.Keys, before);
    }

    /// <summary>Where packets go and what protects them.</summary>
    private static T Agree<T>(T offered, LegRemote remote, LegOfferSent sent, ImmutableArray<CryptoLine> keys, LegStream? before)
        where T : LegStream
    {
        var security = Security(remote, sent, keys);
        var theirs = security == LegSecurity.Sdes ? AnsweredKey(remote, keys) : null;
        var agreed = offered with
        {
            Security = security,
            Rtp = remote.Rtp,
            RtcpMux = remote.Media.RtcpMux,
            Rtcp = remote.Rtcp,
            IsHeld = remote.IsHeld,
            RtcpOff = remote.RtcpOff,
            RemoteKey = theirs,
            LocalKey = theirs is null ? null : keys.First(key => key.Tag == theirs.Tag),
            Fingerprints = security == LegSecurity.Dtls ? remote.Fingerprints : [],
            TlsId = security == LegSecurity.Dtls ? remote.TlsId : null,
            Ice = offered.IceMode == LegIceMode.None ? null : remote.Ice,
            IceMode = remote.Ice is null ? LegIceMode.None : offered.IceMode,
            IceControls = offered.IceMode == LegIceMode.Full,
        };
        var role = remote.Session.SetupOf(remote.Media) switch
        {
            SetupRole.Passive or SetupRole.ActPass => SetupRole.Active,
            SetupRole.HoldConn => SetupRole.HoldConn,
            _ => SetupRole.Passive,
        };
        return (T)(agreed with { Setup = agreed.HasSameAssociation(before) && role != SetupRole.HoldConn ? before!.Setup : role });
    }

    /// <summary>In the answer's order, theirs to send and ours to receive.</summary>
    private static ImmutableArray<LegFormat> Formats(LegRemote remote, LegOfferSent sent)
    {
        var formats = ImmutableArray.CreateBuilder<LegFormat>();
        foreach (var theirs in remote.Codecs)
        {
            var offered = sent.Described.Audio!.Formats.FirstOrDefault(format => format.Codec.Fits(theirs));
            if (offered is not null && !formats.Any(known => known.Codec == offered.Codec))
            {
                formats.Add(offered with { SendPayloadType = theirs.PayloadType, Wishes = theirs.Parameters });
            }
        }

        return formats.ToImmutable();
    }

    private static ImmutableArray<LegKeys> Keys(LegRemote remote, LegAudio offered)
    {
        var keys = ImmutableArray.CreateBuilder<LegKeys>();
        foreach (var own in offered.Keys)
        {
            var theirs = remote.Codecs.FirstOrDefault(codec => codec.IsNamed(LegCodecs.TelephoneEvent) && codec.ClockRate == own.ClockRate);
            if (theirs is not null)
            {
                keys.Add(own with { SendPayloadType = theirs.PayloadType });
            }
        }

        return keys.ToImmutable();
    }

    private static string Protocol(LegPolicy policy, LegCapabilities ours, bool again) => policy.Protection switch
    {
        LegProtection.Require when ours.Fingerprint is null || (again && policy.MaySendKeys) => Savp,
        LegProtection.Require => MediaDescription.WebRtcProtocol,
        _ => Avp,
    };

    private static ImmutableArray<CryptoLine> Keys(LegCapabilities ours, LegPolicy policy, LegStream? before, string protocol)
    {
        if (before is not null)
        {
            return before.LocalKey is { } used ? [used] : [];
        }

        return !policy.MaySendKeys || policy.Protection == LegProtection.Off || protocol == MediaDescription.WebRtcProtocol
            ? []
            : [.. CryptoLine.Suites.Select((suite, i) => new CryptoLine(i + 1, suite, [.. ours.NewKey(CryptoLine.KeyLengthOf(suite))]))];
    }

    /// <summary>What was agreed on stays; at first all codecs, with numbers that mean nothing in the sound.</summary>
    private static LegVideo DescribeVideo(LegVideoEnd ours, LegVideo? before, LegAudio audio, string protocol)
    {
        if (before is not null)
        {
            return before with { RtcpMux = true, Direction = MediaDirection.SendRecv, IsHeld = false, IceMismatch = false };
        }

        const int First = 120;
        var taken = new HashSet<int>(audio.Formats.Select(format => format.ReceivePayloadType).Concat(audio.Keys.Select(keys => keys.ReceivePayloadType)));
        return new LegVideo
        {
            Protocol = protocol,
            Security = LegSecurity.Plain,
            Rtp = default,
            Rtcp = default,
            RtcpMux = true,
            Direction = MediaDirection.SendRecv,
            IsHeld = false,
            Formats = [.. ours.Codecs.SelectMany(codec => LegVideoCodecs.Offer(codec, () => Free(taken, First)))],
            IceMode = audio.IceMode,
        };
    }

    /// <summary>At first we offer to check; within a call what was agreed on stands.</summary>
    private static LegIceMode IceMode(LegCapabilities ours, LegStream? before) =>
        before is not null ? before.IceMode : ours.IceUfrag is null ? LegIceMode.None : LegIceMode.Full;

    /// <summary>Every codec of ours: agreed ones keep their numbers (RFC 3264 section 8.3.2), others get what is free.</summary>
    private static LegAudio Describe(LegCapabilities ours, LegAudio? before, string protocol)
    {
        var taken = new HashSet<int>(before is null ? [] : before.Formats.Select(format => format.ReceivePayloadType)
            .Concat(before.Keys.Select(keys => keys.ReceivePayloadType)));
        var formats = ours.Codecs.Select(codec => Format(codec, before, taken)).ToImmutableArray();
        int[] clocks = ours.Codecs.Contains(LegCodec.Opus) ? [8_000, 48_000] : [8_000];
        var keys = clocks.Select(clock => Events(clock, before, taken)).ToImmutableArray();
        return new LegAudio
        {
            Protocol = protocol,
            Security = before?.Security ?? LegSecurity.Plain,
            Mid = before?.Mid,
            IsBundled = before is { IsBundled: true },
            Rtp = before?.Rtp ?? default,
            Rtcp = before?.Rtcp ?? default,
            RtcpMux = true,
            Direction = ours.Holds ? MediaDirection.SendOnly : MediaDirection.SendRecv,
            IsHeld = false,
            Formats = formats,
            Keys = keys,
            ComfortNoise = ours.ComfortNoise ? 13 : null,
            Ice = before?.Ice,
            IceMode = IceMode(ours, before),
        };
    }

    private static LegFormat Format(LegCodec codec, LegAudio? before, HashSet<int> taken)
    {
        if (before?.Formats.FirstOrDefault(format => format.Codec == codec) is { } known)
        {
            return known;
        }

        var number = codec.StaticPayloadType is { } fixedNumber && taken.Add(fixedNumber) ? fixedNumber : Free(taken, 111);
        return new LegFormat(codec, number, number, FormatParameters.Empty);
    }

    private static LegKeys Events(int clock, LegAudio? before, HashSet<int> taken)
    {
        foreach (var known in before?.Keys ?? [])
        {
            if (known.ClockRate == clock)
            {
                return known;
            }
        }

        var number = Free(taken, clock == 8_000 ? 101 : 110);
        return new LegKeys(clock, number, number);
    }

    private static int Free(HashSet<int> taken, int wish)
    {
        for (var number = wish; ; number = number == LastDynamic ? FirstDynamic : number + 1)
        {
            if (taken.Add(number))
            {
                return number;
            }
        }
    }
}
