using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>The value of <c>Use-Nickname</c>: a quoted string of at most 1023 bytes (RFC 7701 section 7.1).</summary>
internal static class MsrpNickname
{
    private const int MaxBytes = 1_023;

    public static bool TryRead(string? value, out string nickname)
    {
        nickname = "";
        if (value is not { Length: >= 2 } || value[0] != '"' || value[^1] != '"')
        {
            return false;
        }

        var text = new StringBuilder(value.Length);
        for (var i = 1; i < value.Length - 1; i++)
        {
            if (value[i] == '"' || char.IsControl(value[i]) || (value[i] == '\\' && ++i == value.Length - 1))
            {
                return false;
            }

            text.Append(value[i]);
        }

        nickname = text.ToString();
        return Encoding.UTF8.GetByteCount(nickname) <= MaxBytes;
    }
}

/// <summary>The value of <c>Status</c>: a namespace, of which only <c>000</c> exists, and a code (RFC 4975 section 9).</summary>
internal static class MsrpReportStatus
{
    /// <returns>0 when it cannot be read.</returns>
    public static int Read(string? value)
    {
        var words = value?.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length >= 2 && words[0] == "000" && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;
    }
}
