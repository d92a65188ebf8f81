using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>One format of a section as the offer lists it, with the payload type that repairs it (RFC 4588 <c>apt</c>), 0 for none.</summary>
internal sealed record OfferedCodec(byte PayloadType, RtpMap Map, FormatParameters Parameters, byte RtxPayloadType)
{
    /// <summary>The formats of a section in the offer's order; repair formats are folded into what they repair.</summary>
    public static List<OfferedCodec> Read(MediaDescription section)
    {
        var maps = section.RtpMaps.DistinctBy(map => map.PayloadType).ToDictionary(map => map.PayloadType);
        var repairs = maps.Values
            .Where(map => IsRepair(map) && section.ParametersOf(map.PayloadType).Number("apt", -1) is >= 0 and <= 127)
            .GroupBy(map => section.ParametersOf(map.PayloadType).Number("apt", -1))
            .ToDictionary(group => group.Key, group => (byte)group.First().PayloadType);
        var codecs = new List<OfferedCodec>();
        foreach (var format in section.Formats)
            if (byte.TryParse(format, out var number) && number <= 127 && maps.TryGetValue(number, out var map) && !IsRepair(map))
                codecs.Add(new OfferedCodec(number, map, section.ParametersOf(number), repairs.GetValueOrDefault(number)));
        return codecs;
    }

    /// <summary>The same format on the wire: what one end sends the other can be handed without a change (RFC 6184 §8.2.2, RFC 9628 §7, AV1 RTP §7).</summary>
    public bool IsSameAs(OfferedCodec other) => Map.ClockRate == other.Map.ClockRate
        && Map.Channels == other.Map.Channels
        && string.Equals(Map.Encoding, other.Map.Encoding, StringComparison.OrdinalIgnoreCase)
        && Map.Encoding.ToUpperInvariant() switch
        {
            "H264" => SamePacketization(other) && H264Profile.Of(Parameters) == H264Profile.Of(other.Parameters),
            "VP9" => Same(other, "profile-id", 0),
            "AV1" => Same(other, "profile", 0) && Same(other, "tier", 0),
            _ => true,
        };

    private bool SamePacketization(OfferedCodec other) => Same(other, "packetization-mode", 0);

    private bool Same(OfferedCodec other, string key, int otherwise) =>
        Parameters.Number(key, otherwise) == other.Parameters.Number(key, otherwise);

    private static bool IsRepair(RtpMap map) => string.Equals(map.Encoding, "rtx", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The profile part of <c>profile-level-id</c>; the level may differ between the ends (RFC 6184 §8.1).</summary>
internal enum H264Profile : byte { ConstrainedBaseline, Baseline, Main, ConstrainedHigh, High, PredictiveHigh444, Other }

internal static class H264Profiles
{
    extension(H264Profile)
    {
        /// <summary>RFC 6184 table 5: profile_idc with the constraint flags that tell sub-profiles apart.</summary>
        public static H264Profile Of(FormatParameters parameters)
        {
            if (parameters["profile-level-id"] is not { Length: 6 } text
                || !int.TryParse(text, System.Globalization.NumberStyles.HexNumber, null, out var value))
                return H264Profile.Baseline; // the default of a missing parameter: 42000A (RFC 6184 §8.1)
            var constraints = value >> 8 & 0xFF;
            return (value >> 16) switch
            {
                0x42 => (constraints & 0x40) != 0 ? H264Profile.ConstrainedBaseline : H264Profile.Baseline,
                0x4D => (constraints & 0x80) != 0 ? H264Profile.ConstrainedBaseline : H264Profile.Main,
                0x58 => (constraints & 0xC0) == 0xC0 ? H264Profile.ConstrainedBaseline : H264Profile.Other,
                0x64 => (constraints & 0x0C) == 0x0C ? H264Profile.ConstrainedHigh : H264Profile.High,
                0xF4 => H264Profile.PredictiveHigh444,
                _ => H264Profile.Other,
            };
        }
    }
}
