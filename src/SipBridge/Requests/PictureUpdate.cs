using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>The wish for a keyframe by INFO (RFC 5168): the oldest way, from before RTCP had one.</summary>
internal static class PictureUpdate
{
    public const string ContentType = "application/media_control+xml";
    private const int MaxBody = 2_048;

    public static ReadOnlyMemory<byte> Body { get; } =
        """<?xml version="1.0" encoding="utf-8"?><media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>"""u8.ToArray();

    /// <summary>The document has one thing to say, so its name anywhere in it says it; nothing else of it is read.</summary>
    public static bool IsWish(SipMessage info) => info.ContentType?.Name is ContentType
        && info.Body.Length <= MaxBody && info.Body.Span.IndexOf("picture_fast_update"u8) >= 0;
}
