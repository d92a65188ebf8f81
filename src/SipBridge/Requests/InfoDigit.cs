using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>A key in an INFO: <c>application/dtmf-relay</c> with <c>Signal=5</c>, or <c>application/dtmf</c> with the key alone.</summary>
internal static class InfoDigit
{
    private const int MaxBody = 256;
    private const string Keys = "0123456789*#ABCD";

    /// <returns>Null when it is no key.</returns>
    public static char? Read(SipMessage info)
    {
        if (info.Body.Length > MaxBody)
            return null;
        var text = Encoding.ASCII.GetString(info.Body.Span);
        return info.ContentType?.Name switch
        {
            "application/dtmf-relay" => Key(SignalOf(text)),
            "application/dtmf" => Key(text),
            _ => null,
        };
    }

    private static string SignalOf(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.AsSpan(0, equals).Trim().Equals("Signal", StringComparison.OrdinalIgnoreCase))
                return line[(equals + 1)..];
        }
        return "";
    }

    /// <summary>10 and 11 are star and pound for some (RFC 4733 numbers them so).</summary>
    private static char? Key(string text) => text.Trim().ToUpperInvariant() switch
    {
        "10" => '*',
        "11" => '#',
        [var key] when Keys.Contains(key, StringComparison.Ordinal) => key,
        _ => null,
    };
}
