namespace Sylk.Conference.Protocols.Msrp;

/// <summary>A request of the other end that may still have to be answered.</summary>
public sealed class MsrpTransaction(MsrpHead head)
{
    public MsrpHead Head => head;

    /// <summary>Empty where the request has none.</summary>
    public string MessageId { get; } = head.First(MsrpHeader.MessageId) ?? "";

    public string ContentType { get; } = head.First(MsrpHeader.ContentType) ?? "";

    public MsrpByteRange Range { get; internal init; } = MsrpByteRange.Unsaid;

    public bool IsAnswered { get; internal set; }

    /// <summary>Bytes of its body that have come.</summary>
    public long Taken { get; internal set; }

    /// <summary>With this the message was whole; a success report is for the whole of it.</summary>
    internal long? Whole { get; set; }

    /// <summary>Whether the sender hears of this status at all (RFC 4975 section 7.2).</summary>
    internal bool WantsToHear(int status) => head.FailureReport switch
    {
        MsrpFailureReport.No => false,
        MsrpFailureReport.Partial => status != MsrpStatus.Ok,
        _ => true,
    };
}
