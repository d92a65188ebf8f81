using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// Reads descriptions (RFC 8866) and trickle fragments (RFC 8840 §9) in one pass over the text. Lines may end in CRLF or LF,
/// blank lines are passed over, and attributes are kept unread until somebody asks for them.
/// </summary>
public static class SdpParser
{
    public static bool TryParse(string text, [NotNullWhen(true)] out SessionDescription? description, out SdpError error) =>
        TryParse(text.AsSpan(), out description, out error);

    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out SessionDescription? description, out SdpError error)
    {
        var session = new SessionDescription();
        var reader = new SessionReader(session);
        error = Read(text, reader);
        if (error.Code == SdpErrorCode.None)
        {
            error = reader.Finish();
        }

        description = error.Code == SdpErrorCode.None ? session : null;
        return description is not null;
    }

    /// <param name="utf8">The text as it came in a message body.</param>
    /// <param name="description">What was read; null when refused.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SessionDescription? description, out SdpError error)
    {
        description = null;
        return TryDecode(utf8, out var text, out error) && TryParse(text, out description, out error);
    }

    public static bool TryParseFragment(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out SdpFragment? fragment, out SdpError error)
    {
        var result = new SdpFragment();
        error = Read(text, new FragmentReader(result));
        fragment = error.Code == SdpErrorCode.None ? result : null;
        return fragment is not null;
    }

    public static bool TryParseFragment(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SdpFragment? fragment, out SdpError error)
    {
        fragment = null;
        return TryDecode(utf8, out var text, out error) && TryParseFragment(text, out fragment, out error);
    }

    private static bool TryDecode(ReadOnlySpan<byte> utf8, out string text, out SdpError error)
    {
        text = "";
        error = utf8.Length > SdpLimits.MaxBytes ? new SdpError(SdpErrorCode.TooLong, 0)
            : Utf8.IsValid(utf8) ? default : new SdpError(SdpErrorCode.InvalidUtf8, 0);
        if (error.Code != SdpErrorCode.None)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static SdpError Read(ReadOnlySpan<char> text, LineReader reader)
    {
        // Every UTF-16 unit is at least one byte of UTF-8, so the cheap test comes first.
        if (text.Length > SdpLimits.MaxBytes || Encoding.UTF8.GetByteCount(text) > SdpLimits.MaxBytes)
        {
            return new SdpError(SdpErrorCode.TooLong, 0);
        }

        for (var number = 1; text.Length > 0; number++)
        {
            var line = SdpText.Before(text, '\n', out text);
            var code = number > SdpLimits.MaxLines ? SdpErrorCode.TooManyLines : ReadLine(line, reader);
            if (code != SdpErrorCode.None)
            {
                return new SdpError(code, number);
            }
        }

        return default;
    }

    private static SdpErrorCode ReadLine(ReadOnlySpan<char> line, LineReader reader)
    {
        if (line is [.., '\r'])
        {
            line = line[..^1];
        }

        if (line.IsEmpty)
        {
            return SdpErrorCode.None;
        }

        if (line.ContainsAny('\0', '\r'))
        {
            return SdpErrorCode.InvalidCharacter;
        }

        return line.Length < 2 || line[1] != '=' ? SdpErrorCode.InvalidLine : reader.Read(line[0], line[2..]);
    }
}
