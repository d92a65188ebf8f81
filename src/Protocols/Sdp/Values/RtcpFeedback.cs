namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=rtcp-fb</c> (RFC 4585 §4.2). <see cref="PayloadType"/> is null for <c>*</c>; <see cref="Type"/> is all that
/// follows, for example <c>nack pli</c>.
/// </summary>
public readonly record struct RtcpFeedback(int? PayloadType, string Type) : ISdpValue<RtcpFeedback>
{
    public static string AttributeName => "rtcp-fb";

    public static bool TryParse(ReadOnlySpan<char> text, out RtcpFeedback value)
    {
        value = default;
        if (!SdpText.TryNextToken(ref text, out var format) || text.Trim().IsEmpty)
        {
            return false;
        }

        int? payloadType = null;
        if (format is not "*")
        {
            if (!SdpText.TryNumber(format, 127, out var number))
            {
                return false;
            }

            payloadType = number;
        }

        value = new RtcpFeedback(payloadType, text.Trim().ToString());
        return true;
    }

    public string ToText() => $"{(PayloadType is { } number ? SdpText.Format(number) : "*")} {Type}";
}
