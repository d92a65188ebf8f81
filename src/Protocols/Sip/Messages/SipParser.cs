namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Reads one message whose end is known (RFC 3261 sections 7 and 18.3) and checks what every element must check of it: start
/// line, field syntax, lengths, the mandatory headers, Via, From, To, Call-ID, CSeq, Max-Forwards. All else is left to those
/// who need it. Never throws on input and takes time linear in it.
/// </summary>
public static class SipParser
{
    /// <summary>Reads a message.</summary>
    /// <param name="bytes">A datagram, what <see cref="SipStreamFramer"/> gave, or a WebSocket message.</param>
    /// <param name="framing">Which of these.</param>
    /// <param name="message">Set unless the outcome is <see cref="SipOutcome.Dropped"/>.</param>
    /// <param name="fault">Set unless the outcome is <see cref="SipOutcome.Accepted"/>.</param>
    public static SipOutcome Parse(ReadOnlyMemory<byte> bytes, SipFraming framing, out SipMessage? message, out SipFault? fault)
    {
        message = null;
        bytes = bytes[LeadingBreaks(bytes.Span)..];
        var span = bytes.Span;
        var line = span[..Math.Min(span.Length, SipLimits.MaxLine)].IndexOf("\r\n"u8);
        var end = span[..Math.Min(span.Length, SipLimits.MaxHeaderBytes)].IndexOf("\r\n\r\n"u8);
        if (line < 0 || end < 0 || !SipStartLine.TryParse(span[..line], out var start))
        {
            fault = SipFault.Bad("Not A SIP Message");
            return SipOutcome.Dropped;
        }

        var fields = SipFields.Read(span, line + 2, end);
        fault = start.Fault ?? fields.Fault ?? StrayIn(span[..line]);
        var draft = new SipMessage(bytes, start, fields, default);
        var cut = SipBodyCut.Of(draft, bytes.Length - end - 4, framing, out var length);
        message = new SipMessage(bytes[..(end + 4 + length)], start, fields, bytes.Slice(end + 4, length));
        fault = cut is { LosesFraming: true } ? cut : fault ?? cut ?? SipMessageCheck.Find(message);
        return Judge(message, fault);
    }

    /// <summary>Bytes of empty lines and NUL pings before a start line (RFC 3261 section 7.5), at most 256.</summary>
    internal static int LeadingBreaks(ReadOnlySpan<byte> bytes)
    {
        var most = Math.Min(bytes.Length, SipLimits.MaxLeadingBreaks);
        var count = 0;
        while (count + 1 < most && bytes[count] == '\r' && bytes[count + 1] == '\n')
        {
            count += 2;
        }

        return count;
    }

    private static SipFault? StrayIn(ReadOnlySpan<byte> line) =>
        SipFields.HasStray(line) ? SipFault.Bad("Stray Control Character") : null;

    /// <summary>A response in disorder is nobody's business; a request needs a Via to be answered by, and an ACK has no answer.</summary>
    private static SipOutcome Judge(SipMessage message, SipFault? fault)
    {
        if (fault is null)
        {
            return SipOutcome.Accepted;
        }

        return message.IsRequest && message.Start.Method != SipMethod.Ack && message.TopVia is not null ? SipOutcome.Refused : SipOutcome.Dropped;
    }
}
