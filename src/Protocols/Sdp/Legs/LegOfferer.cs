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
    public static (LegOfferSent Offer, string Sdp) Offer(LegCapabilities ours, LegPolicy policy, LegDescription? current, bool again = false)
    {
        var before = current?.Audio;
        var isIPv6 = before is not null ? !before.Rtp.IsIPv4 : ours.IPv4 is null;
        var address = (isIPv6 ? ours.IPv6 : ours.IPv4) ?? IPAddress.Any;
        var protocol = before?.Protocol ?? Protocol(policy, ours, again);
        var withFingerprint = ours.Fingerprint is not null && (before is not null ? before.Security == LegSecurity.Dtls
            : protocol != Savp && policy.Protection != LegProtection.Off);
        var keys = Keys(ours, policy, before, protocol);
        var audio = Describe(ours, before, protocol);
        var sections = current?.Sections ?? [];
        var index = current is { AudioIndex: >= 0 } ? current.AudioIndex : sections.Length;
        if (index == sections.Length)
        {
            sections = sections.Add(new LegSection("audio", protocol, "0", null));
        }

        var session = new SessionDescription { IceLite = audio.Ice is not null };
        if (audio.IsBundled)
        {
            session.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [audio.Mid!]));
        }

        for (var i = 0; i < sections.Length; i++)
        {
            session.Media.Add(i == index
                ? Audio(audio, ours, address, keys, withFingerprint)
                : LegSectionWriter.Rejected(sections[i], audio.IsBundled));
        }

        var (finished, version, text) = LegSectionWriter.Finish(session, ours, address, current);
        var described = new LegDescription(version, text, sections, index, audio);
        return (new LegOfferSent(described, protocol, keys, withFingerprint), SdpPrinter.Print(finished));
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
                : new LegStep(null, described with { AudioIndex = -1, Audio = null }, "");
        }

        refusal = LegRemote.TryRead(session, media, out var remote) ?? Check(remote!, sent, ours, policy);
        return refusal is not null
            ? LegStep.Refused(refusal)
            : new LegStep(null, described with { Audio = Agree(remote!, sent, current?.Audio) }, "");
    }

    private static LegRefusal? Check(LegRemote remote, LegOfferSent sent, LegCapabilities ours, LegPolicy policy)
    {
        if (!remote.IsNowhere && remote.Ice is null && !(ours.MaySendTo(remote.Rtp) && ours.MaySendTo(remote.Rtcp)))
        {
            return LegRefusal.Incompatible("nothing may be sent to that address", LegRefusal.AddressFormat);
        }

        var security = Security(remote, sent);
        if (security == LegSecurity.Plain && (policy.Protection == LegProtection.Require || !remote.IsAvp))
        {
            return LegRefusal.Incompatible("the answer has no keys", LegRefusal.TransportProtocol);
        }

        return Formats(remote, sent).IsEmpty ? LegRefusal.Incompatible("no codec in common", LegRefusal.MediaFormat) : null;
    }

    private static LegSecurity Security(LegRemote remote, LegOfferSent sent)
    {
        if (sent.HasFingerprint && !remote.Fingerprints.IsEmpty)
        {
            return LegSecurity.Dtls;
        }

        return AnsweredKey(remote, sent) is not null ? LegSecurity.Sdes : LegSecurity.Plain;
    }

    /// <summary>Their line must name one of ours by tag and suite (RFC 4568 section 5.1.2).</summary>
    private static CryptoLine? AnsweredKey(LegRemote remote, LegOfferSent sent) =>
        remote.CryptoLines().FirstOrDefault(line => sent.Keys.Any(key => key.Tag == line.Tag && key.Suite == line.Suite));

    private static LegAudio Agree(LegRemote remote, LegOfferSent sent, LegAudio? before)
    {
        var offered = sent.Described.Audio!;
        var security = Security(remote, sent);
        var theirs = security == LegSecurity.Sdes ? AnsweredKey(remote, sent) : null;
        var audio = offered with
        {
            Security = security,
            Rtp = remote.Rtp,
            RtcpMux = remote.Media.RtcpMux,
            Rtcp = remote.Rtcp,
            Direction = SdpWords.Flip(remote.Direction),
            IsHeld = remote.IsHeld,
            Formats = Formats(remote, sent),
            Keys = Keys(remote, offered),
            ComfortNoise = offered.ComfortNoise is null ? null : LegChoice.ComfortNoise(remote, new LegCapabilities { Port = 0, SessionId = 0, ComfortNoise = true }),
            PacketMs = remote.PacketMs,
            MaxBitrateBps = remote.MaxBitrateBps(),
            RtcpOff = remote.RtcpOff,
            RemoteKey = theirs,
            LocalKey = theirs is null ? null : sent.Keys.First(key => key.Tag == theirs.Tag),
            Fingerprints = security == LegSecurity.Dtls ? remote.Fingerprints : [],
            TlsId = security == LegSecurity.Dtls ? remote.TlsId : null,
            Ice = offered.Ice is null ? null : remote.Ice,
        };
        var role = remote.Session.SetupOf(remote.Media) switch
        {
            SetupRole.Passive or SetupRole.ActPass => SetupRole.Active,
            SetupRole.HoldConn => SetupRole.HoldConn,
            _ => SetupRole.Passive,
        };
        return audio with { Setup = audio.HasSameAssociation(before) && role != SetupRole.HoldConn ? before!.Setup : role };
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

    private static ImmutableArray<CryptoLine> Keys(LegCapabilities ours, LegPolicy policy, LegAudio? before, string protocol)
    {
        if (before is not null)
        {
            return before.LocalKey is { } used ? [used] : [];
        }

        return !policy.MaySendKeys || policy.Protection == LegProtection.Off || protocol == MediaDescription.WebRtcProtocol
            ? []
            : [.. CryptoLine.Suites.Select((suite, i) => new CryptoLine(i + 1, suite, [.. ours.NewKey(CryptoLine.KeyLengthOf(suite))]))];
    }

    private static MediaDescription Audio(
        LegAudio audio, LegCapabilities ours, IPAddress address, ImmutableArray<CryptoLine> keys, bool withFingerprint)
    {
        var media = LegSectionWriter.Audio(audio, ours, keys, withFingerprint ? SetupRole.ActPass : null);
        if (audio.Ice is not null)
        {
            LegSectionWriter.WriteIce(media, audio, ours, address);
        }

        return media;
    }

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
