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
            return refusal is null && current is not null
                ? Build(session, ours, current, new Agreed(-1, null, -1, null))
                : LegStep.Refused(refusal ?? NoAudio);
        }

        var audio = Agree(remote, ours, policy, current?.Audio);
        var (videoIndex, video) = AgreeOnVideo(session, audio, ours, policy, current);
        return Build(session, ours, current, new Agreed(index, audio, videoIndex, video));
    }

    /// <summary>Video never makes a call impossible: what does not fit is rejected alone.</summary>
    private static (int Index, LegVideo? Video) AgreeOnVideo(
        SessionDescription session, LegAudio audio, LegCapabilities ours, LegPolicy policy, LegDescription? current)
    {
        if (ours.Video is not { } end)
        {
            return (-1, null);
        }

        foreach (var i in VideoSections(session, current))
        {
            var fits = CheckTransport(session, session.Media[i], ours, policy, out var remote) is null
                && remote!.IsIPv6 != audio.Rtp.IsIPv4 && !session.Media[i].BundleOnly;
            if (fits && LegVideoCodecs.Choose(remote!, end) is { IsEmpty: false } formats)
            {
                return (i, Agree(remote!, formats, ours, policy, i == current?.VideoIndex ? current.Video : null));
            }
        }

        return (-1, null);
    }

    /// <summary>The one in use first, then in their order; slides (RFC 4796) are nobody's camera.</summary>
    private static IEnumerable<int> VideoSections(SessionDescription session, LegDescription? current) =>
        Enumerable.Range(0, session.Media.Count)
            .Where(i => session.Media[i] is { Kind: MediaKind.Video, IsOffered: true } media && media.Attributes.First("content") is not "slides")
            .OrderBy(i => i == current?.VideoIndex ? 0 : 1)
            .Take(MostChoices);

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

    private static LegRefusal? Check(SessionDescription session, MediaDescription media, LegCapabilities ours, LegPolicy policy, out LegRemote? remote) =>
        CheckTransport(session, media, ours, policy, out remote)
        ?? (LegChoice.Formats(remote!, ours).IsEmpty ? LegRefusal.Incompatible("no codec in common", LegRefusal.MediaFormat) : null);

    private static LegRefusal? CheckTransport(
        SessionDescription session, MediaDescription media, LegCapabilities ours, LegPolicy policy, out LegRemote? remote)
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

        return LegChoice.Protect(remote, policy, ours) is null
            ? LegRefusal.Incompatible("incompatible transport protocol", LegRefusal.TransportProtocol)
            : null;
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
        };
        return Protect(WithIce(audio, remote, ours, before), remote, ours, before);
    }

    private static LegVideo Agree(LegRemote remote, ImmutableArray<LegVideoFormat> formats, LegCapabilities ours, LegPolicy policy, LegVideo? before) =>
        Protect(
            WithIce(new LegVideo
            {
                Protocol = remote.Media.Protocol,
                Security = LegChoice.Protect(remote, policy, ours)!.Value,
                Mid = remote.Media.Mid,
                Rtp = remote.Rtp,
                Rtcp = remote.Rtcp,
                RtcpMux = remote.Media.RtcpMux,
                Direction = remote.IsNowhere ? MediaDirection.Inactive : SdpWords.Flip(remote.Direction),
                IsHeld = remote.IsHeld,
                Formats = formats,
                MaxBitrateBps = remote.MaxVideoBitrateBps(),
                RtcpOff = remote.RtcpOff,
            }, remote, ours, before),
            remote, ours, before);

    /// <summary>Lite unless somebody has to check, and what it was once it stays. Two full agents: whoever offers controls.</summary>
    private static T WithIce<T>(T stream, LegRemote remote, LegCapabilities ours, LegStream? before)
        where T : LegStream
    {
        if (ours.IceUfrag is null || remote.Ice is not { } theirs)
        {
            return (T)(stream with { IceMismatch = ours.IceUfrag is not null && remote.HasIceMismatch });
        }

        var mode = before is { Ice: not null } ? before.IceMode : ours.IceFull || theirs.IsLite ? LegIceMode.Full : LegIceMode.Lite;
        return (T)(stream with { Ice = theirs, IceMode = mode, IceControls = theirs.IsLite });
    }

    private static T Protect<T>(T stream, LegRemote remote, LegCapabilities ours, LegStream? before)
        where T : LegStream => (T)(stream.Security switch
        {
            LegSecurity.Sdes => WithKeys(stream, remote, ours, before),
            LegSecurity.Dtls => WithAssociation(stream, remote, before),
            _ => stream,
        });

    /// <summary>Ours stays as long as theirs needs no other suite, so that a hold costs no change of keys (RFC 4568 section 7.1.4).</summary>
    private static LegStream WithKeys(LegStream stream, LegRemote remote, LegCapabilities ours, LegStream? before)
    {
        var theirs = remote.CryptoLines().First();
        var key = before?.LocalKey is { } old && old.Suite == theirs.Suite
            ? old.Key
            : [.. ours.NewKey(CryptoLine.KeyLengthOf(theirs.Suite))];
        return stream with { RemoteKey = theirs, LocalKey = new CryptoLine(theirs.Tag, theirs.Suite, key) };
    }

    private static LegStream WithAssociation(LegStream stream, LegRemote remote, LegStream? before)
    {
        var next = stream with { Fingerprints = remote.Fingerprints, TlsId = remote.TlsId };
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

    private static LegStep Build(SessionDescription offer, LegCapabilities ours, LegDescription? current, Agreed agreed)
    {
        var answer = new SessionDescription();
        var audio = agreed.Audio;
        var isIPv6 = audio is not null ? !audio.Rtp.IsIPv4 : ours.IPv4 is null;
        var address = (isIPv6 ? ours.IPv6 : ours.IPv4) ?? IPAddress.Any;
        if (audio is { IsBundled: true })
        {
            answer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [audio.Mid!]));
        }

        answer.IceLite = audio is { IceMode: LegIceMode.Lite } || agreed.Video is { IceMode: LegIceMode.Lite };
        var sections = offer.Media.Select(media => new LegSection(media.KindName, media.Protocol, media.Formats[0], media.Mid)).ToImmutableArray();
        for (var i = 0; i < sections.Length; i++)
        {
            answer.Media.Add(i == agreed.AudioIndex ? Audio(audio!, ours, address)
                : i == agreed.VideoIndex ? Video(agreed.Video!, ours, address)
                : LegSectionWriter.Rejected(sections[i], offer.Bundle is not null));
        }

        var (session, version, text) = LegSectionWriter.Finish(answer, ours, address, current);
        var description = new LegDescription(version, text, sections, agreed.AudioIndex, audio) { VideoIndex = agreed.VideoIndex, Video = agreed.Video };
        return new LegStep(null, description, SdpPrinter.Print(session));
    }

    private static MediaDescription Audio(LegAudio audio, LegCapabilities ours, IPAddress address) => LegSectionWriter.WithIce(
        LegSectionWriter.Audio(audio, ours, KeysOf(audio), SetupOf(audio)), audio, ours, address);

    private static MediaDescription Video(LegVideo video, LegCapabilities ours, IPAddress address) => LegSectionWriter.WithIce(
        LegSectionWriter.Video(video, ours, KeysOf(video), SetupOf(video)), video, ours, address);

    private static IEnumerable<CryptoLine> KeysOf(LegStream stream) => stream.LocalKey is { } key ? [key] : [];

    private static SetupRole? SetupOf(LegStream stream) => stream.Security == LegSecurity.Dtls ? stream.Setup : null;

    private readonly record struct Agreed(int AudioIndex, LegAudio? Audio, int VideoIndex, LegVideo? Video);
}
