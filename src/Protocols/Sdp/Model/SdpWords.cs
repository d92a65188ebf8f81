namespace Sylk.Conference.Protocols.Sdp;

public enum MediaKind
{
    Audio,
    Video,
    Application,
    Text,
    Message,
    Other,
}

/// <summary>A pair of bits, seen from whoever wrote the description: 1 sends, 2 receives.</summary>
public enum MediaDirection
{
    Inactive = 0,
    SendOnly = 1,
    RecvOnly = 2,
    SendRecv = 3,
}

/// <summary>Who opens the DTLS association (RFC 4145 §4, RFC 5763 §5).</summary>
public enum SetupRole
{
    Active,
    Passive,
    ActPass,
    HoldConn,
}

/// <summary>Words of the grammar and their typed forms.</summary>
public static class SdpWords
{
    public static MediaKind ReadKind(string word) => word switch
    {
        "audio" => MediaKind.Audio,
        "video" => MediaKind.Video,
        "application" => MediaKind.Application,
        "text" => MediaKind.Text,
        "message" => MediaKind.Message,
        _ => MediaKind.Other,
    };

    public static string Text(MediaKind kind) => kind switch
    {
        MediaKind.Audio => "audio",
        MediaKind.Video => "video",
        MediaKind.Application => "application",
        MediaKind.Text => "text",
        MediaKind.Message => "message",
        _ => "image",
    };

    public static bool TryReadDirection(ReadOnlySpan<char> word, out MediaDirection direction)
    {
        direction = word switch
        {
            "sendonly" => MediaDirection.SendOnly,
            "recvonly" => MediaDirection.RecvOnly,
            "inactive" => MediaDirection.Inactive,
            _ => MediaDirection.SendRecv,
        };
        return direction != MediaDirection.SendRecv || word is "sendrecv";
    }

    public static string Text(MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        MediaDirection.Inactive => "inactive",
        _ => "sendrecv",
    };

    /// <summary>The same direction seen from the other end.</summary>
    public static MediaDirection Flip(MediaDirection direction) =>
        (MediaDirection)((((int)direction & 1) << 1) | (((int)direction >> 1) & 1));

    public static bool TryReadSetup(ReadOnlySpan<char> word, out SetupRole role)
    {
        role = word switch
        {
            "active" => SetupRole.Active,
            "passive" => SetupRole.Passive,
            "actpass" => SetupRole.ActPass,
            _ => SetupRole.HoldConn,
        };
        return role != SetupRole.HoldConn || word is "holdconn";
    }

    public static string Text(SetupRole role) => role switch
    {
        SetupRole.Active => "active",
        SetupRole.Passive => "passive",
        SetupRole.ActPass => "actpass",
        _ => "holdconn",
    };
}
