using System.Text;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// The parameters of an fmtp line: <c>key=value</c> pairs between semicolons with case-insensitive keys, or text of
/// another shape (RED's <c>111/111</c>, telephone-event's <c>0-15</c>), which only <see cref="Raw"/> shows.
/// </summary>
public sealed record FormatParameters(string Raw)
{
    public static readonly FormatParameters Empty = new("");

    public bool IsEmpty => Raw.Length == 0;

    /// <summary>The value of a key; empty when the key stands alone, null when it is absent.</summary>
    public string? this[string key]
    {
        get
        {
            var rest = Raw.AsSpan();
            while (SdpText.TryNextToken(ref rest, out var pair, ';'))
            {
                var name = SdpText.Before(pair, '=', out var value).Trim();
                if (name.Equals(key, StringComparison.OrdinalIgnoreCase))
                {
                    return value.Trim().ToString();
                }
            }

            return null;
        }
    }

    public static FormatParameters Of(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            text.Append(text.Length > 0 ? ";" : "").Append(key).Append('=').Append(value);
        }

        return new FormatParameters(text.ToString());
    }

    /// <summary>The value of a key as a number, or a default when it is absent or no number.</summary>
    public int Number(string key, int otherwise) =>
        this[key] is { } text && SdpText.TryNumber(text, int.MaxValue, out var number) ? number : otherwise;

    /// <summary>These parameters with one key changed or added; null removes it. The order of the others stays.</summary>
    public FormatParameters With(string key, string? value)
    {
        var pairs = new List<string>();
        var written = value is null;
        foreach (var part in Raw.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!SdpText.Before(part, '=', out _).Trim().Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                pairs.Add(part);
            }
            else if (!written)
            {
                pairs.Add($"{key}={value}");
                written = true;
            }
        }

        if (!written)
        {
            pairs.Add($"{key}={value}");
        }

        return new FormatParameters(string.Join(';', pairs));
    }

    public override string ToString() => Raw;
}

/// <summary><c>a=fmtp</c> (RFC 8866 §6.15).</summary>
public readonly record struct FormatLine(int PayloadType, FormatParameters Parameters) : ISdpValue<FormatLine>
{
    public static string AttributeName => "fmtp";

    public static bool TryParse(ReadOnlySpan<char> text, out FormatLine value)
    {
        value = default;
        if (!SdpText.TryNextToken(ref text, out var number) || !SdpText.TryNumber(number, 127, out var payloadType))
        {
            return false;
        }

        value = new FormatLine(payloadType, new FormatParameters(text.Trim().ToString()));
        return true;
    }

    public string ToText() => $"{PayloadType} {Parameters.Raw}";
}
