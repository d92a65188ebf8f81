namespace Sylk.Conference.Protocols.Sdp;

/// <summary><c>a=rtpmap</c> (RFC 8866 §6.6). Channels not written count as 1.</summary>
public readonly record struct RtpMap(int PayloadType, string Encoding, int ClockRate, int Channels = 1) : ISdpValue<RtpMap>
{
    public static string AttributeName => "rtpmap";

    public static bool TryParse(ReadOnlySpan<char> text, out RtpMap value)
    {
        value = default;
        if (!SdpText.TryNextToken(ref text, out var number) || !SdpText.TryNumber(number, 127, out var payloadType)
            || !SdpText.TryNextToken(ref text, out var format))
        {
            return false;
        }

        var name = SdpText.Before(format, '/', out var rest);
        var clock = SdpText.Before(rest, '/', out var count);
        var channels = 1;
        if (name.IsEmpty || !SdpText.TryNumber(clock, int.MaxValue, out var rate)
            || (count.Length > 0 && !SdpText.TryNumber(count, 255, out channels)))
        {
            return false;
        }

        value = new RtpMap(payloadType, name.ToString(), rate, channels);
        return true;
    }

    public string ToText() => Channels > 1 ? $"{PayloadType} {Encoding}/{ClockRate}/{Channels}" : $"{PayloadType} {Encoding}/{ClockRate}";
}
