using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>Which file is meant: <c>name:"…" type:… size:… hash:sha-1:…</c>, each at most once, none needed (RFC 5547 section 6).</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha1">20 bytes.</param>
public sealed record MsrpFileSelector(string? Name, string? Type, long? Size, byte[]? Sha1)
{
    private const int MaxLength = 2_048;

    /// <returns>False when it does not follow the grammar.</returns>
    public static bool TryParse(string? text, out MsrpFileSelector selector)
    {
        selector = new MsrpFileSelector(null, null, null, null);
        if (text is null or { Length: > MaxLength })
        {
            return false;
        }

        for (var rest = text.AsSpan().Trim(' '); !rest.IsEmpty; rest = rest.TrimStart(' '))
        {
            var colon = rest.IndexOf(':');
            if (colon <= 0)
            {
                return false;
            }

            var key = rest[..colon];
            rest = rest[(colon + 1)..];
            if (!TryCutValue(ref rest, out var value) || !TryTake(ref selector, key, value))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Name is not null)
        {
            text.Append("name:\"").Append(Escape(Name)).Append("\" ");
        }

        if (Type is not null)
        {
            text.Append("type:").Append(Type).Append(' ');
        }

        if (Size is { } size)
        {
            text.Append(CultureInfo.InvariantCulture, $"size:{size} ");
        }

        if (Sha1 is not null)
        {
            text.Append("hash:sha-1:").AppendJoin(':', Sha1.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Up to the next space outside quotes; the type may have quoted parameters.</summary>
    private static bool TryCutValue(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> value)
    {
        var quoted = false;
        var end = 0;
        while (end < rest.Length && (quoted || rest[end] != ' '))
        {
            quoted ^= rest[end++] == '"';
        }

        value = rest[..end];
        rest = rest[end..];
        return !quoted && end > 0;
    }

    private static bool TryTake(ref MsrpFileSelector selector, ReadOnlySpan<char> key, ReadOnlySpan<char> value)
    {
        switch (key)
        {
            case "name" when value is ['"', .., '"'] && value.Length > 2:
                selector = selector with { Name = Uri.UnescapeDataString(value[1..^1].ToString()) };
                return true;
            case "type":
                selector = selector with { Type = value.ToString() };
                return true;
            case "size" when value.Length <= 15 && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size):
                selector = selector with { Size = size };
                return true;
            case "hash" when value.StartsWith("sha-1:", StringComparison.OrdinalIgnoreCase):
                selector = selector with { Sha1 = ReadHash(value[6..]) };
                return selector.Sha1 is not null;
            default:
                return key is not ("name" or "size"); // other keys and hashes are for others
        }
    }

    private static byte[]? ReadHash(ReadOnlySpan<char> text)
    {
        if (text.Length != 59)
        {
            return null;
        }

        var hash = new byte[20];
        for (var i = 0; i < hash.Length; i++)
        {
            if (!byte.TryParse(text.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash[i])
                || (i < 19 && text[(i * 3) + 2] != ':'))
            {
                return null;
            }
        }

        return hash;
    }

    /// <summary>Section 6: CR, LF, quote and percent sign are written as escapes.</summary>
    private static string Escape(string name) => name
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
