namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Gathers rtpmap, fmtp and rtcp-fb of a section into codecs, in the section's order of preference.</summary>
public static class CodecReader
{
    private const string Rtx = "rtx";

    /// <summary>Nobody has this many kinds of feedback; the bound keeps a hostile offer from multiplying itself.</summary>
    private const int MaxFeedback = 32;

    /// <summary>
    /// All codecs of an RTP section except <c>rtx</c>, which is folded into the codec it repeats (RFC 4588 §8.6). RED and FEC
    /// formats are codecs like others. Static payload types without an rtpmap get their fixed one (RFC 3551 §6).
    /// </summary>
    public static List<CodecOffer> Read(MediaDescription media)
    {
        var parameters = new Dictionary<int, FormatParameters>();
        foreach (var line in media.FormatLines)
        {
            parameters.TryAdd(line.PayloadType, line.Parameters);
        }

        var maps = ReadMaps(media);
        var rtx = ReadRtx(maps, parameters);
        var feedback = media.Feedback.ToLookup(entry => entry.PayloadType ?? -1, entry => entry.Type);
        var codecs = new List<CodecOffer>();
        foreach (var map in maps)
        {
            if (map.Encoding.Equals(Rtx, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            codecs.Add(new CodecOffer(map.PayloadType, map.Encoding, map.ClockRate, map.Channels)
            {
                Parameters = parameters.GetValueOrDefault(map.PayloadType, FormatParameters.Empty),
                Feedback =
                [
                    .. feedback[-1].Concat(feedback[map.PayloadType]).Take(MaxFeedback)
                        .Distinct(StringComparer.OrdinalIgnoreCase),
                ],
                RtxPayloadType = rtx.TryGetValue(map.PayloadType, out var repeat) ? repeat : null,
            });
        }

        return codecs;
    }

    private static List<RtpMap> ReadMaps(MediaDescription media)
    {
        var written = new Dictionary<int, RtpMap>();
        foreach (var map in media.RtpMaps)
        {
            written.TryAdd(map.PayloadType, map);
        }

        var maps = new List<RtpMap>();
        foreach (var format in media.Formats)
        {
            // Removing what was found makes a payload type listed twice count once.
            if (SdpText.TryNumber(format, 127, out var number)
                && (written.Remove(number, out var map) || TryStatic(number, maps, out map)))
            {
                maps.Add(map);
            }
        }

        return maps;
    }

    private static Dictionary<int, int> ReadRtx(List<RtpMap> maps, Dictionary<int, FormatParameters> parameters)
    {
        var byMedia = new Dictionary<int, int>();
        foreach (var map in maps)
        {
            if (map.Encoding.Equals(Rtx, StringComparison.OrdinalIgnoreCase) && parameters.TryGetValue(map.PayloadType, out var line)
                && line.Number("apt", -1) is >= 0 and var repeated)
            {
                byMedia.TryAdd(repeated, map.PayloadType);
            }
        }

        return byMedia;
    }

    private static bool TryStatic(int payloadType, List<RtpMap> already, out RtpMap map)
    {
        map = payloadType switch
        {
            0 => new RtpMap(0, "PCMU", 8000),
            3 => new RtpMap(3, "GSM", 8000),
            4 => new RtpMap(4, "G723", 8000),
            8 => new RtpMap(8, "PCMA", 8000),
            9 => new RtpMap(9, "G722", 8000),
            13 => new RtpMap(13, "CN", 8000),
            18 => new RtpMap(18, "G729", 8000),
            31 => new RtpMap(31, "H261", 90000),
            34 => new RtpMap(34, "H263", 90000),
            _ => default,
        };
        return map.Encoding is not null && !already.Exists(known => known.PayloadType == payloadType);
    }
}
