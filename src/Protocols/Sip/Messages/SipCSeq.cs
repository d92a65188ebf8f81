using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>CSeq: 0 to 2^31 − 1 and the method (RFC 3261 section 8.1.1.5).</summary>
public readonly record struct SipCSeq(uint Number, string Method)
{
    public static bool TryParse(string value, out SipCSeq sequence)
    {
        var text = value.AsSpan().Trim(" \t");
        var space = text.IndexOfAny(" \t");
        var method = space < 0 ? default : text[space..].TrimStart(" \t");
        var read = SipText.TryReadNumber(space < 0 ? text : text[..space], out var number) && number <= int.MaxValue && SipText.IsToken(method);
        sequence = read ? new SipCSeq(number, method.ToString()) : default;
        return read;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}

/// <summary>Methods we know by name.</summary>
public static class SipMethod
{
    public const string Invite = "INVITE";
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Options = "OPTIONS";
    public const string Register = "REGISTER";
    public const string ProvisionalAck = "PRACK";
    public const string Update = "UPDATE";
    public const string Info = "INFO";
    public const string Message = "MESSAGE";
    public const string Subscribe = "SUBSCRIBE";
    public const string Notify = "NOTIFY";
    public const string Refer = "REFER";
    public const string Publish = "PUBLISH";

    private static readonly string[] Known =
        [Invite, Ack, Bye, Cancel, Options, Register, ProvisionalAck, Update, Info, Message, Subscribe, Notify, Refer, Publish];

    public static bool IsKnown(string method) => Array.IndexOf(Known, method) >= 0;
}
