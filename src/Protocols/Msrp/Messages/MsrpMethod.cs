namespace Sylk.Conference.Protocols.Msrp;

public static class MsrpMethod
{
    public const string Send = "SEND";
    public const string Report = "REPORT";

    /// <summary>RFC 7701 section 7.</summary>
    public const string Nickname = "NICKNAME";

    /// <summary>For relays (RFC 4976); we are none.</summary>
    public const string Auth = "AUTH";
}

public static class MsrpHeader
{
    public const string ToPath = "To-Path";
    public const string FromPath = "From-Path";
    public const string MessageId = "Message-ID";
    public const string ByteRange = "Byte-Range";
    public const string SuccessReport = "Success-Report";
    public const string FailureReport = "Failure-Report";
    public const string Status = "Status";
    public const string ContentType = "Content-Type";
    public const string UseNickname = "Use-Nickname";
    public const string UsePath = "Use-Path";
    public const string Expires = "Expires";
    public const string WwwAuthenticate = "WWW-Authenticate";
    public const string Authorization = "Authorization";
}

/// <summary>How a chunk ends: the sign after the transaction id in its last line.</summary>
public enum MsrpFlag : byte
{
    /// <summary><c>$</c>: the message is whole.</summary>
    Complete,

    /// <summary><c>+</c>: more chunks follow.</summary>
    More,

    /// <summary><c>#</c>: the sender has given the message up.</summary>
    Aborted,
}

/// <summary>Whether the sender wants to hear of failures (RFC 4975 section 7.1.1).</summary>
public enum MsrpFailureReport : byte { Yes, Partial, No }

/// <summary>Codes of responses and reports (RFC 4975 section 10, RFC 7701 section 10).</summary>
public static class MsrpStatus
{
    public const int Ok = 200;
    public const int Unintelligible = 400;
    public const int Unauthorized = 401;
    public const int NotAllowed = 403;
    public const int NoRecipient = 404;
    public const int TimedOut = 408;
    public const int StopSending = 413;
    public const int TypeRefused = 415;
    public const int OutOfBounds = 423;
    public const int BadNickname = 424;
    public const int NicknameTaken = 425;
    public const int NoPrivateMessages = 428;
    public const int NoSession = 481;
    public const int UnknownMethod = 501;
    public const int BoundElsewhere = 506;

    public static string ReasonOf(int status) => status switch
    {
        Ok => "OK",
        Unintelligible => "Bad Request",
        Unauthorized => "Unauthorized",
        NotAllowed => "Forbidden",
        NoRecipient => "Not Found",
        TimedOut => "Timeout",
        StopSending => "Stop Sending",
        TypeRefused => "Unsupported Media Type",
        OutOfBounds => "Parameter Out of Bounds",
        BadNickname => "Malformed Nickname",
        NicknameTaken => "Nickname Reserved or In Use",
        NoPrivateMessages => "Private Messages Not Supported",
        NoSession => "No Such Session",
        UnknownMethod => "Not Implemented",
        BoundElsewhere => "Session Bound Elsewhere",
        _ => "",
    };
}
