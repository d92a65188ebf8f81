namespace Sylk.Conference.Protocols.Sip;

/// <summary>What must hold of every message (RFC 3261 section 8.1.1, rules SIP-MSG-14, 19, 20, 22).</summary>
internal static class SipMessageCheck
{
    private static readonly string[] Single = [SipHeader.To, SipHeader.From, SipHeader.CallId, SipHeader.CSeq, SipHeader.MaxForwards, SipHeader.ContentType];

    /// <summary>The first fault, or null.</summary>
    public static SipFault? Find(SipMessage message) =>
        FindRepeated(message) ?? FindVia(message) ?? FindIdentity(message) ?? FindSequence(message) ??
        (message.MaxForwards is null ? SipFault.Bad("Bad Max-Forwards") : null) ??
        (message.IsRequest && message.Body.Length > 0 && !message.Has(SipHeader.ContentType) ? SipFault.Bad("Missing Content-Type") : null);

    private static SipFault? FindRepeated(SipMessage message)
    {
        foreach (var name in Single)
        {
            var number = SipHeader.NumberOf(name);
            var count = 0;
            foreach (ref readonly var field in message.Fields.All)
            {
                count += field.Known == number ? 1 : 0;
            }

            if (count > 1)
            {
                return SipFault.Bad($"Repeated {name}");
            }
        }

        return null;
    }

    private static SipFault? FindVia(SipMessage message)
    {
        if (!message.TryGetList(SipHeader.Via, out var values))
        {
            return values.Count >= SipLimits.MaxVias ? SipFault.TooLarge("Too Many Via") : SipFault.Bad("Bad Via");
        }

        if (values.Count == 0)
        {
            return SipFault.Bad("Missing Via");
        }

        return values.All(value => SipVia.TryParse(value, lenient: false, out _)) ? null : SipFault.Bad("Bad Via");
    }

    private static SipFault? FindIdentity(SipMessage message)
    {
        if (string.IsNullOrEmpty(message.CallId))
        {
            return SipFault.Bad("Missing Call-ID");
        }

        if (message.CallId.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            return SipFault.Bad("Bad Call-ID");
        }

        if (message.From is null)
        {
            return SipFault.Bad(message.Has(SipHeader.From) ? "Bad From" : "Missing From");
        }

        return message.To is null ? SipFault.Bad(message.Has(SipHeader.To) ? "Bad To" : "Missing To") : null;
    }

    private static SipFault? FindSequence(SipMessage message)
    {
        if (message.CSeq is not { } sequence)
        {
            return SipFault.Bad(message.Has(SipHeader.CSeq) ? "Bad CSeq" : "Missing CSeq");
        }

        if (!message.IsRequest || sequence.Method == message.Start.Method)
        {
            return null;
        }

        return SipMethod.IsKnown(message.Method) ? SipFault.Bad("CSeq Method Mismatch") : new SipFault(501, "Not Implemented");
    }
}
