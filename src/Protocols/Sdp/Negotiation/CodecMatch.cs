namespace Sylk.Conference.Protocols.Sdp;

/// <summary>When two payload types of two peers carry the same thing, so that packets may pass between them unchanged.</summary>
public static class CodecMatch
{
    /// <summary>
    /// Same name, clock and channels, and the parameters that change the bitstream are equal. Levels may differ, and so may
    /// whatever only says what a receiver would like (Opus).
    /// </summary>
    public static bool AreSame(CodecOffer a, CodecOffer b) =>
        a.IsNamed(b.Name) && a.ClockRate == b.ClockRate && a.Channels == b.Channels
        && a.Name.ToUpperInvariant() switch
        {
            "H264" => SameH264(a.Parameters, b.Parameters),
            "VP9" => SameNumber(a, b, "profile-id", 0),
            "AV1" => SameNumber(a, b, "profile", 0) && SameNumber(a, b, "tier", 0),
            "H265" => SameNumber(a, b, "profile-id", 1) && SameNumber(a, b, "tier-flag", 0)
                && SameText(a, b, "tx-mode", "SRST"),
            "G7221" => SameNumber(a, b, "bitrate", 0),
            "ILBC" => SameNumber(a, b, "mode", 30),
            _ => true,
        };

    /// <summary>The first codec of a list that is the same as <paramref name="wanted"/>; null when there is none.</summary>
    public static CodecOffer? Find(IReadOnlyList<CodecOffer> codecs, CodecOffer wanted)
    {
        foreach (var codec in codecs)
        {
            if (AreSame(codec, wanted))
            {
                return codec;
            }
        }

        return null;
    }

    private static bool SameH264(FormatParameters a, FormatParameters b) =>
        a.Number("packetization-mode", 0) == b.Number("packetization-mode", 0)
        && TryProfile(a, out var one) && TryProfile(b, out var other) && one.HasSameProfile(other);

    private static bool TryProfile(FormatParameters parameters, out H264ProfileLevel profile)
    {
        profile = H264ProfileLevel.Default;
        return parameters["profile-level-id"] is not { } text || H264ProfileLevel.TryParse(text, out profile);
    }

    private static bool SameNumber(CodecOffer a, CodecOffer b, string key, int otherwise) =>
        a.Parameters.Number(key, otherwise) == b.Parameters.Number(key, otherwise);

    private static bool SameText(CodecOffer a, CodecOffer b, string key, string otherwise) =>
        string.Equals(a.Parameters[key] ?? otherwise, b.Parameters[key] ?? otherwise, StringComparison.OrdinalIgnoreCase);
}
