using System.Collections.Immutable;
using System.Net;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// Answers the offers of telephones (RFC 3264). The answer follows from the offer each time; the agreed description only says
/// what must not change without need: section order, keys, roles and the version of our text.
/// </summary>
public static class LegAnswerer
{
    /// <summary>Sections of sound that are weighed; two is the most that anybody offers.</summary>
    private const int MostChoices = 8;

    /// <param name="offer">Their text.</param>
    /// <param name="ours">Our end.</param>
    /// <param name="policy">What protection is wanted.</param>
    /// <param name="current">What was agreed on before; null at first.</param>
    public static LegStep Answer(string offer, LegCapabilities ours, LegPolicy policy, LegDescription? current)
    {
        if (!LegText.TryParse(offer, out var session, out var refusal))
        {
            return LegStep.Refused(refusal);
        }

        if (current is not null && session.Media.Count < current.Sections.Length)
        {
            return LegStep.Refused(LegRefusal.Invalid("a section was dropped"));
        }

        var index = Choose(session, ours, policy, current, out var remote, out refusal);
        if (remote is null)
        {
            // A call that loses its sound goes on; one that never had any does not begin.
            return refusal is null && current is not null ? Build(session, ours, current, -1, null) : LegStep.Refused(refusal ?? NoAudio);
        }

        var audio = Agree(remote, ours, policy, current?.Audio);
        return Build(session, ours, current, index, audio);
    }

    private static LegRefusal NoAudio => LegRefusal.Incompatible("no sound is offered", LegRefusal.MediaType);

    /// <summary>The best protected sound section that can be taken; of equals the one in use, else the first.</summary>
    private static int Choose(
        SessionDescription session, LegCapabilities ours, LegPolicy policy, LegDescription? current, out LegRemote? chosen, out LegRefusal? refusal)
    {
        var (best, rank) = (-1, -1);
        (chosen, refusal) = (null, null);
        var weighed = 0;
        for (var i = 0; i < session.Media.Count && weighed < MostChoices; i++)
        {
            if (session.Media[i] is not { Kind: MediaKind.Audio, IsOffered: true } media)
            {
                continue;
            }

            weighed++;

            var problem = Check(session, media, ours, policy, out var remote);
            if (problem is not null)
            {
                refusal ??= problem;
                continue;
            }

            var merit = (2 * (int)LegChoice.Protect(remote!, policy, ours)!) + (i == current?.AudioIndex ? 1 : 0);
            if (merit > rank)
            {
                (best, rank, chosen) = (i, merit, remote);
            }
        }

        return best;
    }

    private static LegRefusal? Check(SessionDescription session, MediaDescription media, LegCapabilities ours, LegPolicy policy, out LegRemote? remote)
    {
        if (LegRemote.TryRead(session, media, out remote) is { } unreadable)
        {
            return unreadable;
        }

        if ((remote!.IsIPv6 ? ours.IPv6 : ours.IPv4) is null)
        {
            return LegRefusal.Incompatible("incompatible network protocol", LegRefusal.NetworkProtocol);
        }

        if (!remote.IsNowhere && remote.Ice is null && !(ours.MaySendTo(remote.Rtp) && ours.MaySendTo(remote.Rtcp)))
        {
            return LegRefusal.Incompatible("nothing may be sent to that address", LegRefusal.AddressFormat);
        }

        if (LegChoice.Protect(remote, policy, ours) is null)
        {
            return LegRefusal.Incompatible("incompatible transport protocol", LegRefusal.TransportProtocol);
        }

        return LegChoice.Formats(remote, ours).IsEmpty ? LegRefusal.Incompatible("no codec in common", LegRefusal.MediaFormat) : null;
    }

    private static LegAudio Agree(LegRemote remote, LegCapabilities ours, LegPolicy policy, LegAudio? before)
    {
        var formats = LegChoice.Formats(remote, ours);
        var audio = new LegAudio
        {
            Protocol = remote.Media.Protocol,
            Security = LegChoice.Protect(remote, policy, ours)!.Value,
            Mid = remote.Media.Mid,
            IsBundled = remote.IsDtlsSavp && remote.Media.Mid is { } mid && remote.Session.Bundle is { } group && group.Mids.Contains(mid),
            Rtp = remote.Rtp,
            Rtcp = remote.Rtcp,
            RtcpMux = remote.Media.RtcpMux,
            Direction = SdpWords.Flip(remote.Direction),
            IsHeld = remote.IsHeld,
            Formats = formats,
            Keys = LegChoice.Keys(remote, formats),
            ComfortNoise = LegChoice.ComfortNoise(remote, ours),
            PacketMs = remote.PacketMs,
            MaxBitrateBps = remote.MaxBitrateBps(),
            RtcpOff = remote.RtcpOff,
            Ice = ours.IceUfrag is null ? null : remote.Ice,
        };
        return audio.Security switch
        {
            LegSecurity.Sdes => WithKeys(audio, remote, ours, before),
            LegSecurity.Dtls => WithAssociation(audio, remote, before),
            _ => audio,
        };
    }

    /// <summary>Ours stays as long as theirs needs no other suite, so that a hold costs no change of keys (RFC 4568 section 7.1.4).</summary>
    private static LegAudio WithKeys(LegAudio audio, LegRemote remote, LegCapabilities ours, LegAudio? before)
    {
        var theirs = remote.CryptoLines().First();
        var key = before?.LocalKey is { } old && old.Suite == theirs.Suite
            ? old.Key
            : [.. ours.NewKey(CryptoLine.KeyLengthOf(theirs.Suite))];
        return audio with { RemoteKey = theirs, LocalKey = new CryptoLine(theirs.Tag, theirs.Suite, key) };
    }

    private static LegAudio WithAssociation(LegAudio audio, LegRemote remote, LegAudio? before)
    {
        var next = audio with { Fingerprints = remote.Fingerprints, TlsId = remote.TlsId };
        var keeps = next.HasSameAssociation(before) && before!.Setup != SetupRole.HoldConn;
        return next with
        {
            Setup = (remote.Session.SetupOf(remote.Media) ?? SetupRole.Active) switch
            {
                SetupRole.ActPass when keeps => before!.Setup,
                SetupRole.Passive => SetupRole.Active,
                SetupRole.HoldConn => SetupRole.HoldConn,
                _ => SetupRole.Passive,
            },
        };
    }

    private static LegStep Build(SessionDescription offer, LegCapabilities ours, LegDescription? current, int index, LegAudio? audio)
    {
        var answer = new SessionDescription();
        var isIPv6 = audio is not null ? !audio.Rtp.IsIPv4 : ours.IPv4 is null;
        var address = (isIPv6 ? ours.IPv6 : ours.IPv4) ?? IPAddress.Any;
        if (audio is { IsBundled: true })
        {
            answer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [audio.Mid!]));
        }

        answer.IceLite = audio?.Ice is not null;
        var sections = offer.Media.Select(media => new LegSection(media.KindName, media.Protocol, media.Formats[0], media.Mid)).ToImmutableArray();
        for (var i = 0; i < sections.Length; i++)
        {
            answer.Media.Add(i == index ? Audio(audio!, ours, address) : LegSectionWriter.Rejected(sections[i], offer.Bundle is not null));
        }

        var (session, version, text) = LegSectionWriter.Finish(answer, ours, address, current);
        return new LegStep(null, new LegDescription(version, text, sections, index, audio), SdpPrinter.Print(session));
    }

    private static MediaDescription Audio(LegAudio audio, LegCapabilities ours, IPAddress address)
    {
        var media = LegSectionWriter.Audio(
            audio, ours, audio.LocalKey is { } key ? [key] : [], audio.Security == LegSecurity.Dtls ? audio.Setup : null);
        if (audio.Ice is not null)
        {
            LegSectionWriter.WriteIce(media, audio, ours, address);
        }

        return media;
    }
}
