using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Reads the descriptions of telephones, some of which have no <c>s=</c>.</summary>
internal static class LegText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out SessionDescription? session, [NotNullWhen(false)] out LegRefusal? refusal)
    {
        var isRead = SdpParser.TryParse(text, out session, out var error)
            || (error.Code == SdpErrorCode.MissingLine && SdpParser.TryParse(WithName(text), out session, out _));
        refusal = isRead ? null : LegRefusal.Invalid($"{error.Code} in line {error.Line}");
        return isRead;
    }

    private static string WithName(string text)
    {
        var origin = text.IndexOf("\no=", StringComparison.Ordinal);
        var end = origin < 0 ? -1 : text.IndexOf('\n', origin + 1);
        return end < 0 ? text : text.Insert(end + 1, "s=-\n");
    }
}
