namespace Sylk.Conference.Protocols.Sip;

/// <summary>The comma list behind <c>Digest</c> in challenges and credentials (RFC 3261 section 25.1). Other schemes do not read.</summary>
public sealed class SipDigestFields
{
    private const int MaxFields = 32;
    private readonly Dictionary<string, string> _fields;

    private SipDigestFields(Dictionary<string, string> fields) => _fields = fields;

    /// <summary>The value without quotes, or null.</summary>
    public string? this[string name] => _fields.GetValueOrDefault(name);

    public static bool TryParse(string value, out SipDigestFields fields)
    {
        fields = null!;
        var text = value.AsSpan().Trim(" \t");
        var space = text.IndexOfAny(" \t");
        List<string> items = [];
        if (space < 0 || !text[..space].Equals("Digest", StringComparison.OrdinalIgnoreCase) ||
            !SipScan.Split(text[space..].Trim(" \t").ToString(), items, MaxFields))
        {
            return false;
        }

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items)
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !read.TryAdd(item[..equals].TrimEnd(), SipText.Unquote(item[(equals + 1)..].TrimStart())))
            {
                return false;
            }
        }

        fields = new SipDigestFields(read);
        return true;
    }
}
