namespace Sylk.Conference.Protocols.Sip;

/// <summary>Where the body ends by Content-Length (RFC 3261 sections 18.3 and 20.14).</summary>
internal static class SipBodyCut
{
    /// <param name="message">The headers.</param>
    /// <param name="available">Bytes after the empty line.</param>
    /// <param name="framing">How the message came.</param>
    /// <param name="length">Bytes that are the body.</param>
    public static SipFault? Of(SipMessage message, int available, SipFraming framing, out int length)
    {
        length = available;
        if (ReadLength(message, out var stated) is { } fault)
        {
            length = 0;
            return fault;
        }

        if (stated is null)
        {
            length = framing == SipFraming.Stream ? 0 : available;
            return framing == SipFraming.Stream ? new SipFault(400, "Missing Content-Length", true) : TooLong(available);
        }

        if (stated > available || (framing == SipFraming.WebSocket && stated != available))
        {
            return stated > SipLimits.MaxBody ? TooLong(int.MaxValue) : SipFault.Bad("Wrong Content-Length");
        }

        length = (int)stated;
        return TooLong(length);
    }

    /// <summary>The stated length; two equal values are one.</summary>
    public static SipFault? ReadLength(SipMessage message, out uint? length)
    {
        length = null;
        foreach (var value in message.All(SipHeader.ContentLength))
        {
            if (!SipText.TryReadNumber(value, out var number) || (length is not null && length != number))
            {
                return new SipFault(400, "Bad Content-Length", true);
            }

            length = number;
        }

        return null;
    }

    private static SipFault? TooLong(int length) => length > SipLimits.MaxBody ? SipFault.TooLarge("Message Body Too Large") : null;
}
