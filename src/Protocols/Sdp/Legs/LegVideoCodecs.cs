using System.Collections.Immutable;
using System.Globalization;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Which H.264 and VP8 both ends of a leg mean (RFC 6184 section 8, RFC 7741 section 6).</summary>
public static class LegVideoCodecs
{
    internal const string Pli = "nack pli", Fir = "ccm fir", Nack = "nack";

    private const int ClockRate = 90_000;

    /// <summary>1280×720 at 30 pictures a second.</summary>
    private const byte OurLevel = 31;

    /// <summary>The last level whose pictures are no larger than 352×288.</summary>
    private const byte LastSmallLevel = 20;

    /// <summary>The last level whose pictures have no more than 640×360 at 25 a second, or 720×576 slowly.</summary>
    private const byte LastMiddleLevel = 30;

    private static readonly ImmutableArray<string> Feedback = [Nack, Pli, Fir];

    private static readonly FormatParameters OurH264 =
        FormatParameters.Of(("profile-level-id", "42e01f"), ("packetization-mode", "1"), ("level-asymmetry-allowed", "1"));

    /// <summary>Reads a name in any case, as settings and rtpmap lines have it.</summary>
    public static bool TryRead(string name, out LegVideoCodec codec)
    {
        codec = name.Equals("H264", StringComparison.OrdinalIgnoreCase) ? LegVideoCodec.H264 : LegVideoCodec.Vp8;
        return codec == LegVideoCodec.H264 || name.Equals("VP8", StringComparison.OrdinalIgnoreCase);
    }

    public static string NameOf(LegVideoCodec codec) => codec == LegVideoCodec.H264 ? "H264" : "VP8";

    /// <summary>Codecs of both ends in our order; of several kinds of H.264 the one most others decode.</summary>
    internal static ImmutableArray<LegVideoFormat> Choose(LegRemote remote, LegVideoEnd ours)
    {
        var formats = ImmutableArray.CreateBuilder<LegVideoFormat>();
        foreach (var codec in ours.Codecs)
        {
            var offered = remote.Codecs.Where(candidate => Fits(codec, candidate)).MinBy(candidate => RankOf(codec, candidate.Parameters));
            if (offered is not null)
            {
                formats.Add(new LegVideoFormat(codec, offered.PayloadType, offered.PayloadType, offered.Parameters, Answer(codec, offered.Parameters))
                {
                    Feedback = Common(offered),
                });
            }
        }

        return formats.ToImmutable();
    }

    /// <summary>What we offer of our own accord: H.264 in fragments, and in whole units for those who know nothing else (RFC 6184 section 8.2.2).</summary>
    internal static ImmutableArray<LegVideoFormat> Offer(LegVideoCodec codec, Func<int> payloadType) => codec == LegVideoCodec.H264
        ? [Offer(codec, payloadType(), OurH264), Offer(codec, payloadType(), OurH264.With("packetization-mode", "0"))]
        : [Offer(codec, payloadType(), FormatParameters.Empty)];

    private static LegVideoFormat Offer(LegVideoCodec codec, int payloadType, FormatParameters ours) =>
        new(codec, payloadType, payloadType, FormatParameters.Empty, ours) { Feedback = Feedback };

    /// <summary>The format of ours that one of their answer takes; null when there is none.</summary>
    internal static LegVideoFormat? Accept(ImmutableArray<LegVideoFormat> ours, CodecOffer theirs)
    {
        var offered = ours.FirstOrDefault(candidate => Fits(candidate.Codec, theirs) && IsSameKind(candidate, theirs.Parameters));
        return offered is null ? null : offered with { SendPayloadType = theirs.PayloadType, Theirs = theirs.Parameters, Feedback = Common(theirs) };
    }

    internal static bool Fits(LegVideoCodec codec, CodecOffer offered) => offered.IsNamed(NameOf(codec)) && offered.ClockRate == ClockRate
        && (codec == LegVideoCodec.Vp8 || (IsKnown(offered.Parameters) && offered.Parameters.Number("packetization-mode", 0) <= 1));

    /// <summary>
    /// A codec as the room knows it. Plain Baseline is called Constrained: what it has more no telephone sends, and most browsers decode
    /// only that one.
    /// </summary>
    internal static CodecOffer Describe(LegVideoCodec codec, int payloadType, FormatParameters theirs)
    {
        var offer = new CodecOffer(payloadType, NameOf(codec), ClockRate);
        if (codec == LegVideoCodec.Vp8)
        {
            return offer;
        }

        var profile = ProfileOf(theirs) switch
        {
            { SubProfile: H264SubProfile.Baseline } known => known with { ProfileIdc = 0x42, Constraints = 0xE0 },
            var known => known,
        };
        return offer with { Parameters = H264(profile, theirs.Number("packetization-mode", 0)) };
    }

    /// <summary>
    /// What a leg can be shown: its own kinds, and for H.264 also Constrained Baseline, which every profile's decoder takes, and where
    /// packets may be fragmented also those that are not.
    /// </summary>
    public static IEnumerable<CodecOffer> Shown(LegVideoFormat format)
    {
        var own = Describe(format.Codec, format.SendPayloadType, format.Theirs);
        if (format.Codec == LegVideoCodec.Vp8)
        {
            return [own];
        }

        var baseline = new H264ProfileLevel(0x42, 0xE0, ProfileOf(format.Theirs).LevelIdc);
        var modes = format.Theirs.Number("packetization-mode", 0) == 1 ? (int[])[1, 0] : [0];
        return modes.SelectMany(mode => (CodecOffer[])[
            own with { Parameters = H264(ProfileOf(own.Parameters), mode) }, own with { Parameters = H264(baseline, mode) }]);
    }

    internal static int MostLines(LegVideoFormat format)
    {
        const int Small = 180, Middle = 360;
        if (format.Codec == LegVideoCodec.Vp8)
        {
            return format.Theirs.Number("max-fs", int.MaxValue) switch { < 920 => Small, < 3_600 => Middle, _ => int.MaxValue };
        }

        return ProfileOf(format.Theirs).LevelIdc switch { <= LastSmallLevel => Small, <= LastMiddleLevel => Middle, _ => int.MaxValue };
    }

    /// <summary>Profile as asked, since both ends use the same; the level may be ours only where they say so (RFC 6184 section 8.2.2).</summary>
    private static FormatParameters Answer(LegVideoCodec codec, FormatParameters theirs)
    {
        if (codec == LegVideoCodec.Vp8)
        {
            return FormatParameters.Empty;
        }

        var mayDiffer = theirs.Number("level-asymmetry-allowed", 0) == 1;
        var asked = ProfileOf(theirs);
        var answer = H264(asked with { LevelIdc = mayDiffer ? OurLevel : Math.Min(asked.LevelIdc, OurLevel) }, theirs.Number("packetization-mode", 0));
        return mayDiffer ? answer.With("level-asymmetry-allowed", "1") : answer;
    }

    private static bool IsSameKind(LegVideoFormat offered, FormatParameters theirs) => offered.Codec == LegVideoCodec.Vp8
        || (theirs.Number("packetization-mode", 0) == offered.Ours.Number("packetization-mode", 0)
            && (theirs["profile-level-id"] is null || ProfileOf(theirs).ProfileIdc == ProfileOf(offered.Ours).ProfileIdc));

    /// <summary>Lower is better: Baseline before Main and High, fragments before whole units.</summary>
    private static int RankOf(LegVideoCodec codec, FormatParameters theirs)
    {
        if (codec == LegVideoCodec.Vp8)
        {
            return 0;
        }

        var profile = ProfileOf(theirs).SubProfile switch
        {
            H264SubProfile.ConstrainedBaseline => 0,
            H264SubProfile.Baseline => 1,
            H264SubProfile.Main => 2,
            _ => 3,
        };
        return (2 * profile) + 1 - theirs.Number("packetization-mode", 0);
    }

    private static bool IsKnown(FormatParameters theirs) => theirs["profile-level-id"] is not { } text
        || (H264ProfileLevel.TryParse(text, out var profile) && profile.SubProfile is not (H264SubProfile.Other or H264SubProfile.High10
            or H264SubProfile.High422 or H264SubProfile.High444Predictive or H264SubProfile.Extended));

    private static H264ProfileLevel ProfileOf(FormatParameters parameters) =>
        H264ProfileLevel.TryParse(parameters["profile-level-id"], out var profile) ? profile : H264ProfileLevel.Default;

    private static FormatParameters H264(H264ProfileLevel profile, int mode) => FormatParameters.Of(
        ("profile-level-id", string.Create(CultureInfo.InvariantCulture, $"{profile.ProfileIdc:x2}{profile.Constraints:x2}{profile.LevelIdc:x2}")),
        ("packetization-mode", SdpText.Format(mode)));

    private static ImmutableArray<string> Common(CodecOffer offered) => [.. Feedback.Where(offered.HasFeedback)];
}
